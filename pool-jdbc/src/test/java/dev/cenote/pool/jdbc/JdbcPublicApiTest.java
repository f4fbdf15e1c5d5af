package dev.cenote.pool.jdbc;

import dev.cenote.pool.PublicApi;
import dev.cenote.pool.Since;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class JdbcPublicApiTest {

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check("dev.cenote.pool.jdbc");
    }

    @Test
    void everyPublicTypeAndMethodSaysSinceWhenItIsThere() throws IOException {
        Since.check("dev.cenote.pool.jdbc");
    }

    @Test
    void theJarIsABundle() throws IOException {
        PublicApi.checkBundle("dev.cenote.pool.jdbc");
    }
}
