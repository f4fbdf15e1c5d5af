package dev.cenote.console;

import dev.cenote.pool.PublicApi;
import dev.cenote.pool.Since;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class ConsolePublicApiTest {

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check("dev.cenote.console");
    }

    @Test
    void everyPublicTypeAndMethodSaysSinceWhenItIsThere() throws IOException {
        Since.check("dev.cenote.console");
    }

    @Test
    void theJarIsABundle() throws IOException {
        PublicApi.checkBundle("dev.cenote.console");
    }
}
