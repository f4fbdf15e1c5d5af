package dev.cenote.net;

import dev.cenote.pool.ReflectiveUses;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's. */
class NetNativeImageTest {

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check("cenote-net", Map.of());
    }
}
