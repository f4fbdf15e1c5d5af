package dev.cenote.crac;

import dev.cenote.pool.ReflectiveUses;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's. */
class CracNativeImageTest {

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check("cenote-crac", Map.of());
    }
}
