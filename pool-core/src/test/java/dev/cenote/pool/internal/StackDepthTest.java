package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * F68: a caller that comes with so little stack left that it overflows in the pool, at every depth. Whatever it overflows
 * in, all capacity is there afterwards, once the housekeeper has looked.
 */
@Tag("full")
class StackDepthTest {

    private static final int SIZE = 2;
    private static final int STACK = 256 * 1024;
    /** So often in a row must a call succeed until the stack is taken to be deep enough for it. */
    private static final int ENOUGH = 300;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @AfterAll
    static void end() {
        THREADS.shutdown();
    }

    /** What a caller does. */
    record Call(String name, Action action) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Action {
        void run(TestPool test) throws Exception;
    }

    static Stream<Call> calls() {
        return Stream.of(
                new Call("acquire and close", test -> test.pool.acquire().close()),
                new Call(
                        "acquire with a time-out and close",
                        test -> test.pool.acquire(Duration.ofSeconds(30)).close()),
                new Call(
                        "acquireUninterruptibly and invalidate",
                        test -> test.acquire().invalidate()),
                new Call("tryAcquire and close", test -> test.pool.tryAcquire().ifPresent(Lease::close)),
                new Call("tryAcquire and invalidate with a cause", test -> {
                    Lease<Thing> lease = test.pool.tryAcquire().orElse(null);
                    if (lease != null) {
                        lease.invalidate(new IllegalStateException("a fault"));
                    }
                }),
                new Call("acquireAsync and close", test -> {
                    CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
                    future.join().close();
                }),
                new Call("detach", test -> test.detach(test.acquire())),
                new Call("withObject", test -> test.pool.withObject(Thing::toString)),
                new Call("resize and stats", test -> {
                    test.pool.resize(new PoolLimits(SIZE, 1, 10));
                    test.stats();
                }),
                new Call("invalidateAll", test -> test.pool.invalidateAll()));
    }

    /** Goes down until nothing is left, and on its way back makes the call at each depth. */
    private static final class Dive {
        final Action action;
        final TestPool test;
        int succeeded;
        int overflowed;

        @Nullable
        Throwable unexpected;

        Dive(Action action, TestPool test) {
            this.action = action;
            this.test = test;
        }

        /** The frames of three kinds are of different sizes, so that no depth is left out. */
        void down(int kind) {
            try {
                switch (kind) {
                    case 0 -> down(1);
                    case 1 -> wider(2, 1, 2);
                    default -> wider(0, 1, 2);
                }
            } catch (StackOverflowError reached) {
                // the bottom
            }
            call();
        }

        private void wider(int kind, long one, long two) {
            down(kind);
            succeeded += (int) (one + two - 3);
        }

        private void call() {
            if (succeeded >= ENOUGH || unexpected != null) {
                return;
            }
            try {
                action.run(test);
                succeeded++;
            } catch (StackOverflowError overflow) {
                overflowed++;
                succeeded = 0;
            } catch (Throwable thrown) {
                note(thrown);
            }
        }

        private void note(Throwable thrown) {
            unexpected = thrown;
        }
    }

    private static Dive dive(Action action, TestPool test) throws InterruptedException {
        AtomicReference<Dive> made = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    Dive dive = new Dive(action, test);
                    made.set(dive);
                    dive.down(0);
                },
                "deep",
                STACK);
        thread.setDaemon(true);
        thread.start();
        thread.join();
        return made.get();
    }

    private static void check(Action action, TestPool test) throws Exception {
        for (int i = 0; i < 50; i++) {
            action.run(test); // so that all classes are there
        }
        int overflowed = 0; // not in each round: the compiler may ask for more where the dive begins to turn
        for (int round = 0; round < 3; round++) {
            Dive dive = dive(action, test);
            if (dive.unexpected != null) {
                throw new AssertionError("after " + dive.overflowed, dive.unexpected);
            }
            overflowed += dive.overflowed;
            allCanBeHad(test);
        }
        assertThat(overflowed).isPositive();
    }

    private static void allCanBeHad(TestPool test) {
        List<CompletableFuture<Lease<Thing>>> leases = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            leases.add(test.pool.acquireAsync(Duration.ofHours(1)));
        }
        for (int tick = 0; tick < 3; tick++) {
            test.advance(Duration.ofSeconds(1));
        }
        Await.until(() -> leases.stream().allMatch(CompletableFuture::isDone));
        leases.forEach(lease -> lease.join().close());
        Oracle.checkQuiet(test);
    }

    @ParameterizedTest
    @Tag("F68")
    @MethodSource("calls")
    void whereverACallerOverflowsAllCapacityIsThereAfterwards(Call call) throws Exception {
        try (TestPool test = new TestPool(THREADS, it -> it.maxSize(SIZE))) {
            test.lettingCallsHang();
            check(call.action, test);
        }
    }

    @ParameterizedTest
    @Tag("F68")
    @MethodSource("calls")
    void theSameWhereTasksRunInPlace(Call call) throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(SIZE))) {
            check(call.action, test);
        }
    }

    private static TestPool madeByCallers() {
        TestPool test = new TestPool(THREADS, it -> {
            ScriptedFactory.of(it).createsOnCaller = true;
            it.maxSize(SIZE).useTimes(1);
        });
        test.lettingCallsHang();
        return test;
    }

    @ParameterizedTest
    @Tag("F68")
    @MethodSource("calls")
    void theSameWhereCallersMakeTheObjects(Call call) throws Exception {
        try (TestPool test = madeByCallers()) {
            check(call.action, test);
        }
    }

    /** It may have come with more stack when it acquired. */
    @Test
    @Tag("F68")
    void aHolderThatOverflowsWhileItDestroysItsObjectCostsNoCapacity() throws Exception {
        try (TestPool test = madeByCallers()) {
            for (int round = 0; round < 50; round++) {
                Lease<Thing> lease = test.acquire();
                dive(it -> lease.invalidate(), test);
                lease.invalidate();
                allCanBeHad(test);
            }
        }
    }
}
