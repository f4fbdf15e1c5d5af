package dev.cenote.net;

import dev.cenote.pool.PublicApi;
import dev.cenote.pool.Since;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class NetPublicApiTest {

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check("dev.cenote.net");
    }

    @Test
    void everyPublicTypeAndMethodSaysSinceWhenItIsThere() throws IOException {
        Since.check("dev.cenote.net");
    }

    @Test
    void theJarIsABundle() throws IOException {
        PublicApi.checkBundle("dev.cenote.net");
    }
}
