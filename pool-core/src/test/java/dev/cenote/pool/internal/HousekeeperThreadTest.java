package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HousekeeperThreadTest {

    private static final AtomicInteger NUMBER = new AtomicInteger(); // a thread may outlive its test for a moment

    private final FakeTicker ticker = new FakeTicker();
    private final String name = "housekept-" + NUMBER.incrementAndGet();
    private final HousekeeperThread alarm = new HousekeeperThread(name, ticker);
    private final AtomicInteger runs = new AtomicInteger();

    private void start() {
        alarm.start(now -> {
            alarm.next(now + Expiry.FOREVER);
            runs.incrementAndGet();
        });
        Await.until(() -> runs.get() == 1);
    }

    /** It has looked at when it is to run, and parked for that long. */
    private void awaitParked() {
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("cenote-" + name + "-housekeeper")
                        && thread.getState() == Thread.State.TIMED_WAITING));
    }

    @Test
    void itRunsOnADaemonThreadWithThePoolsName() {
        AtomicReference<Thread> seen = new AtomicReference<>();
        alarm.start(now -> {
            alarm.next(now + Expiry.FOREVER);
            seen.set(Thread.currentThread());
        });
        Await.until(() -> seen.get() != null);
        assertThat(seen.get().isDaemon()).isTrue();
        assertThat(seen.get().getName()).isEqualTo("cenote-" + name + "-housekeeper");
        alarm.stop();
    }

    @Test
    void anEarlierAlarmWakesIt() {
        start();
        awaitParked();
        alarm.noLaterThan(ticker.nanos());
        Await.until(() -> runs.get() == 2);
        alarm.stop();
    }

    @Test
    void aLaterAlarmDoesNotPutOffAnEarlierOne() {
        start();
        alarm.noLaterThan(ticker.nanos() + 10);
        alarm.noLaterThan(ticker.nanos() + 20);
        ticker.advance(Duration.ofNanos(10));
        Await.until(() -> runs.get() == 2);
        alarm.stop();
    }

    @Test
    void whatItThrowsIsLoggedAndTheNextAlarmStillWakesIt() {
        assertThat(RecordedLog.during(() -> {
                    alarm.start(now -> {
                        if (runs.incrementAndGet() == 1) {
                            throw new StackOverflowError("wanted");
                        }
                        alarm.next(now + Expiry.FOREVER);
                    });
                    awaitParked();
                }))
                .containsExactly("The housekeeper failed, and runs again in a second");
        alarm.noLaterThan(ticker.nanos());
        Await.until(() -> runs.get() == 2);
        alarm.stop();
    }

    @Test
    void onceStoppedItEnds() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        alarm.start(now -> {
            alarm.next(now + Expiry.FOREVER);
            thread.complete(Thread.currentThread());
        });
        Thread running = thread.join();
        awaitParked();
        alarm.stop();
        running.join();
        assertThat(running.isAlive()).isFalse();
    }
}
