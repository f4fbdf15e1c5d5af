package dev.cenote.pool.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import dev.cenote.pool.internal.RecordedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HousekeeperThreadTest {

    private static final AtomicInteger NUMBER = new AtomicInteger(); // a thread may outlive its test for a moment

    private final FakeTicker ticker = new FakeTicker();
    private final String name = "cenote-housekept-" + NUMBER.incrementAndGet();
    private final HousekeeperThread thread = new HousekeeperThread(name);
    private final HousekeeperAlarm alarm = new HousekeeperAlarm(thread, ticker);
    private final AtomicInteger runs = new AtomicInteger();

    private void start() {
        alarm.start(now -> {
            alarm.next(now + Nanos.FOREVER);
            runs.incrementAndGet();
        });
        Await.until(() -> runs.get() == 1);
    }

    /** It has looked at when it is to run, and parked for that long. */
    private void awaitParked() {
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name) && thread.getState() == Thread.State.TIMED_WAITING));
    }

    @Test
    void itRunsOnADaemonThread() {
        AtomicReference<Thread> seen = new AtomicReference<>();
        alarm.start(now -> {
            alarm.next(now + Nanos.FOREVER);
            seen.set(Thread.currentThread());
        });
        Await.until(() -> seen.get() != null);
        assertThat(seen.get().isDaemon()).isTrue();
        assertThat(seen.get().getName()).isEqualTo(name);
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
                        alarm.next(now + Nanos.FOREVER);
                    });
                    Await.until(() -> runs.get() == 1);
                    awaitParked();
                }))
                .filteredOn(line -> line.startsWith("The housekeeper failed")) // pools of other tests may log, too
                .containsExactly("The housekeeper failed, and runs again in a second" + Help.on("housekeeper-failed"));
        alarm.noLaterThan(ticker.nanos());
        Await.until(() -> runs.get() == 2);
        alarm.stop();
    }

    @Test
    void onceStoppedItEnds() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        alarm.start(now -> {
            alarm.next(now + Nanos.FOREVER);
            thread.complete(Thread.currentThread());
        });
        Thread running = thread.join();
        awaitParked();
        alarm.stop();
        running.join();
        assertThat(running.isAlive()).isFalse();
    }

    private HousekeeperAlarm another(LongConsumer runOnce) {
        HousekeeperAlarm another = new HousekeeperAlarm(thread, ticker);
        another.start(now -> {
            another.next(now + Nanos.FOREVER);
            runOnce.accept(now);
        });
        return another;
    }

    @Test
    @Tag("P20")
    @Tag("F72")
    void allPoolsShareOneThreadThatEndsWithTheLastAndBeginsAgainWithTheNext() throws Exception {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        List<HousekeeperAlarm> alarms = new ArrayList<>();
        AtomicInteger first = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            alarms.add(another(now -> {
                seen.add(Thread.currentThread());
                first.incrementAndGet();
            }));
        }
        Await.until(() -> first.get() == 100);
        assertThat(seen).hasSize(1);
        alarms.subList(1, 100).forEach(HousekeeperAlarm::stop);
        alarms.get(0).noLaterThan(ticker.nanos());
        Await.until(() -> first.get() == 101);
        alarms.get(0).stop();
        Thread ended = seen.iterator().next();
        ended.join();
        HousekeeperAlarm next = another(now -> seen.add(Thread.currentThread()));
        Await.until(() -> seen.size() == 2);
        next.stop();
    }

    @Test
    void oneThatThrowsOrWhoseTickerThrowsDoesNotKeepOthersFromRunning() {
        AtomicBoolean isSick = new AtomicBoolean();
        HousekeeperAlarm sick = new HousekeeperAlarm(thread, () -> {
            if (isSick.get()) {
                throw new StackOverflowError("wanted");
            }
            return 0;
        });
        RecordedLog.during(() -> {
            sick.start(now -> {
                throw new AssertionError("wanted");
            });
            isSick.set(true);
            HousekeeperAlarm throwing = another(now -> {
                throw new AssertionError("wanted");
            });
            start();
            for (int run = 2; run < 100; run++) {
                int expected = run;
                alarm.noLaterThan(ticker.nanos());
                Await.until(() -> runs.get() == expected);
            }
            throwing.stop();
        });
        sick.stop();
        alarm.stop();
    }

    @Test
    void ofTwoThatAreDueTheOneThatIsDueFirstRunsFirstThoughItsAlarmWasSetLater() {
        Queue<String> order = new ConcurrentLinkedQueue<>();
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        HousekeeperAlarm one = another(now -> order.add("one"));
        HousekeeperAlarm other = another(now -> order.add("other"));
        // Alarms that a new thread finds have no order: the slow one could be first.
        Await.until(() -> order.size() == 2);
        HousekeeperAlarm slow = new HousekeeperAlarm(thread, ticker);
        slow.start(now -> {
            begun.incrementAndGet();
            awaitUninterruptibly(busy);
            slow.next(now + Nanos.FOREVER);
        });
        Await.until(() -> begun.get() == 1);
        order.clear();
        other.noLaterThan(ticker.nanos() - 1_000_000_000L);
        one.noLaterThan(ticker.nanos() - 2_000_000_000L);
        busy.countDown();
        Await.until(() -> order.size() == 2);
        assertThat(order).containsExactly("one", "other");
        List.of(one, other, slow).forEach(HousekeeperAlarm::stop);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoSetsAnAlarmAgainAndAgainAtAnyMomentIsNeverForgotten() {
        AtomicLong wanted = new AtomicLong();
        AtomicLong done = new AtomicLong();
        HousekeeperAlarm busy = new HousekeeperAlarm(thread, Ticker.system());
        PoolLock lock = new PoolLock();
        busy.start(now -> lock.run(() -> {
            done.set(wanted.get());
            busy.next(now + Nanos.FOREVER);
        }));
        for (int i = 0; i < 20_000; i++) {
            lock.run(() -> {
                wanted.incrementAndGet();
                busy.noLaterThan(System.nanoTime());
            });
            if (i % 10 == 0) {
                Await.until(() -> done.get() == wanted.get());
            }
        }
        busy.stop();
    }

    @Test
    void anOutOfMemoryErrorOfAHousekeeperOrATickerEndsNothing() {
        AtomicBoolean isShort = new AtomicBoolean();
        HousekeeperAlarm sick = new HousekeeperAlarm(thread, () -> {
            if (isShort.get()) {
                throw new OutOfMemoryError("wanted");
            }
            return 0;
        });
        AtomicInteger failures = new AtomicInteger();
        RecordedLog.during(() -> {
            sick.start(now -> {
                failures.incrementAndGet();
                isShort.set(true);
                throw new OutOfMemoryError("wanted");
            });
            Await.until(() -> failures.get() == 1);
            start();
            alarm.noLaterThan(ticker.nanos());
            Await.until(() -> runs.get() == 2);
            isShort.set(false);
            sick.noLaterThan(0);
            Await.until(() -> failures.get() == 2);
        });
        sick.stop();
        alarm.stop();
    }
}
