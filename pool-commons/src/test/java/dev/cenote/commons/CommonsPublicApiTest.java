package dev.cenote.commons;

import dev.cenote.pool.PublicApi;
import dev.cenote.pool.Since;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The public API is the one that was reviewed. */
class CommonsPublicApiTest {

    private static final String[] EXPORTED = {"dev.cenote.commons", "dev.cenote.commons.jedis"};

    @Test
    void nothingIsAddedOrTakenAwayUnseen() throws IOException, ClassNotFoundException {
        PublicApi.check(EXPORTED);
    }

    @Test
    void everyPublicTypeAndMethodSaysSinceWhenItIsThere() throws IOException {
        Since.check(EXPORTED);
    }

    @Test
    void theJarIsABundle() throws IOException {
        PublicApi.checkBundle(EXPORTED);
    }
}
