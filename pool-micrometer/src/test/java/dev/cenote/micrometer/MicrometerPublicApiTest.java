package dev.cenote.micrometer;

import dev.cenote.pool.PublicApi;
import dev.cenote.pool.Since;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class MicrometerPublicApiTest {

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check("dev.cenote.micrometer");
    }

    @Test
    void everyPublicTypeAndMethodSaysSinceWhenItIsThere() throws IOException {
        Since.check("dev.cenote.micrometer");
    }

    @Test
    void theJarIsABundle() throws IOException {
        PublicApi.checkBundle("dev.cenote.micrometer");
    }
}
