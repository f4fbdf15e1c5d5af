package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulatedTimeTest {

    @Test
    void closingEndsATaskThatStillSleeps() throws InterruptedException {
        AtomicReference<Thread> sleeper = new AtomicReference<>();
        try (SimulatedTime time = new SimulatedTime()) {
            time.execute(() -> {
                sleeper.set(Thread.currentThread());
                try {
                    time.sleep(1_000);
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            });
            time.runDue();
            assertThat(sleeper.get().isAlive()).isTrue();
        }
        sleeper.get().join(10_000);
        assertThat(sleeper.get().isAlive()).isFalse();
    }
}
