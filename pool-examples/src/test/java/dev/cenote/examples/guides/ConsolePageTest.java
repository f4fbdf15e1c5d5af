package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.console.Console;
import dev.cenote.pool.Pool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The code of docs/observability.md about the console. */
class ConsolePageTest {

    static void watched(Pool<Object> pool, Runnable application) {
        // snippet: open
        try (Console console = Console.builder(pool).operations(true).open()) {
            System.out.println(console.uri());
            application.run();
        }
        // end
    }

    @Test
    void theConsoleIsThereWhileTheApplicationRuns() {
        AtomicInteger runs = new AtomicInteger();
        try (Pool<Object> pool = Pool.builder(Object::new).build()) {
            watched(pool, runs::incrementAndGet);
        }
        assertThat(runs).hasValue(1);
    }
}
