package dev.cenote.commons;

import dev.cenote.pool.PublicApi;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class CommonsPublicApiTest {

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check("dev.cenote.commons", "dev.cenote.commons.jedis");
    }
}
