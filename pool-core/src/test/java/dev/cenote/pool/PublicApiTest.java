package dev.cenote.pool;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class PublicApiTest {

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check("dev.cenote.pool");
    }

    @Test
    void everyPublicTypeAndMethodSaysSinceWhenItIsThere() throws IOException {
        Since.check("dev.cenote.pool");
    }

    @Test
    void theJarIsABundle() throws IOException {
        PublicApi.checkBundle("dev.cenote.pool");
    }
}
