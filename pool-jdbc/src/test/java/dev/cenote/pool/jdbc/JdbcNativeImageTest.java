package dev.cenote.pool.jdbc;

import dev.cenote.pool.ReflectiveUses;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's, but for classes that the settings name. */
class JdbcNativeImageTest {

    private static final String NAMED = "a class that the user names, whom the starter for Spring Boot tells of";

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check(
                "cenote-jdbc",
                Map.of(
                        "dev.cenote.pool.jdbc.Classes -> Class.forName",
                        NAMED,
                        "dev.cenote.pool.jdbc.Classes -> Class.getConstructor",
                        NAMED,
                        "dev.cenote.pool.jdbc.Classes -> Constructor.newInstance",
                        NAMED,
                        "dev.cenote.pool.jdbc.Classes -> Class.getMethods",
                        NAMED,
                        "dev.cenote.pool.jdbc.Classes -> Array.newInstance",
                        NAMED,
                        "dev.cenote.pool.jdbc.internal.Sessions -> Class.getMethod",
                        "what can't be found is called",
                        "dev.cenote.pool.jdbc.internal.PooledConnection -> Lookup.findVarHandle",
                        ".open"));
    }
}
