package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.ReflectiveUses;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's: what Spring does ahead of time knows the hints. */
class StarterNativeImageTest {

    private static final String HINTED = "a record whose accessors PoolRuntimeHints names";

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check(
                "cenote-spring-boot-starter",
                Map.of(
                        "dev.cenote.pool.jdbc.spring.CenoteProperties -> Class.getRecordComponents",
                        HINTED,
                        "dev.cenote.pool.jdbc.spring.PoolSettings -> Class.getRecordComponents",
                        HINTED));
    }
}
