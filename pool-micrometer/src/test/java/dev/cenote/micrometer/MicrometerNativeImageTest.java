package dev.cenote.micrometer;

import dev.cenote.pool.ReflectiveUses;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's. */
class MicrometerNativeImageTest {

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check("cenote-micrometer", Map.of());
    }
}
