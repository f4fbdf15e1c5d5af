package dev.cenote.console;

import dev.cenote.pool.ReflectiveUses;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's. */
class ConsoleNativeImageTest {

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check(
                "cenote-console",
                Map.of("dev.cenote.console.Pages -> Class.getResourceAsStream", "declared: the page's files"),
                "dev/cenote/console/console.css",
                "dev/cenote/console/console.html",
                "dev/cenote/console/console.js");
    }
}
