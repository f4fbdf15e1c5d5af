package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.internal.run.HousekeeperAlarm;
import dev.cenote.pool.internal.run.HousekeeperThread;
import dev.cenote.pool.internal.run.Nanos;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever user code throws, all capacity is there afterwards, and the pool's own threads go on. */
class ThrowingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int SIZE = 3;
    private Place armed = Place.CREATE;
    private Throwable throwable = new AssertionError("never thrown");
    private boolean isThrown;
    private Place validating = Place.VALIDATE_ON_RELEASE;
    private boolean isSick;
    private int asks;

    enum Thrown {
        EXCEPTION(new Exception("checked")),
        RUNTIME(new IllegalStateException("unchecked")),
        ERROR(new AssertionError("error")),
        OUT_OF_MEMORY(new OutOfMemoryError("made up")),
        STACK_OVERFLOW(new StackOverflowError("made up")),
        NO_CLASS(new NoClassDefFoundError("made up")),
        INTERRUPT(new InterruptedException("made up")),
        /** To log it fails, too. */
        UNTELLABLE(new AssertionError() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("of the message");
            }
        });

        final Throwable throwable;

        Thrown(Throwable throwable) {
            this.throwable = throwable;
        }
    }

    @ParameterizedTest
    @Tag("P9")
    @EnumSource(Thrown.class)
    void whateverUserCodeThrowsNoCapacityIsLost(Thrown thrown) {
        ScriptedFactory.Step fail = () -> {
            throw thrown.throwable;
        };
        AtomicInteger sick = new AtomicInteger();
        PoolListener listener = new PoolListener() {
            @Override
            public void created(Duration took) {
                throw ScriptedFactory.<RuntimeException>sneaky(thrown.throwable);
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(3)
                .listener(listener)
                .maxWaiters(0)
                .validateOnRelease(true)
                .validator(thing -> {
                    if (sick.getAndDecrement() > 0) {
                        throw ScriptedFactory.<RuntimeException>sneaky(thrown.throwable);
                    }
                    return true;
                }))) {
            test.factory.onNextCreate(fail);
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            boolean isInterrupt = Thread.interrupted(); // on this thread, on which the factory runs
            assertThat(isInterrupt).isEqualTo(thrown == Thrown.INTERRUPT);
            if (isInterrupt) {
                assertThat(first).as("the factory has not failed").isNotDone();
                test.advance(SECOND);
                first.join().close();
            } else {
                assertThatThrownBy(first::join).rootCause().isSameAs(thrown.throwable);
                test.advance(SECOND);
            }
            test.factory.onNextDestroy(fail);
            Lease<Thing> lease = test.acquire();
            sick.set(1);
            lease.close();
            Thread.interrupted();
            List<Lease<Thing>> all = test.acquire(3);
            all.forEach(Lease::close);
            assertThat(test.stats().idle()).isEqualTo(3);
        }
    }

    private static int endless(int depth) {
        return endless(depth + 1) + 1;
    }

    @Test
    @Tag("P9")
    @Tag("F53")
    @Tag("long")
    void anErrorDoesNotEndThePoolsOwnThread() {
        FakeTicker ticker = new FakeTicker();
        HousekeeperAlarm alarm = new HousekeeperAlarm(new HousekeeperThread("cenote-f53-housekeeper"), ticker);
        AtomicInteger runs = new AtomicInteger();
        alarm.start(now -> {
            if (runs.incrementAndGet() == 1) {
                endless(0);
            }
            alarm.next(now + Nanos.FOREVER);
        });
        Await.until(() -> runs.get() == 1);
        ticker.advance(SECOND);
        Await.until(() -> {
            alarm.noLaterThan(ticker.nanos());
            return runs.get() > 1;
        });
        alarm.stop();
        Oracle.checkNoThreadIsLeft("f53");
    }

    @Test
    @Tag("P9")
    @Tag("F53")
    void afterAStackOverflowInTheFactoryThePoolsOwnWorkersGoOn() throws Exception {
        FakeTicker ticker = new FakeTicker();
        AtomicBoolean isSick = new AtomicBoolean(true);
        Factory<Object> factory = () -> isSick.getAndSet(false) ? endless(0) : new Object();
        try (Pool<Object> pool = Pool.builder(factory)
                .ticker(ticker)
                .maxSize(1)
                .failFastAfter(Duration.ZERO)
                .build()) {
            assertThatThrownBy(pool::acquire)
                    .isInstanceOf(CreateFailedException.class)
                    .hasCauseInstanceOf(StackOverflowError.class);
            ticker.advance(SECOND);
            pool.acquire().close();
        }
    }

    @Test
    @Tag("P9")
    @Tag("F54")
    void aStackOverflowInTheValidatorCostsNoPlace() {
        AtomicBoolean isSick = new AtomicBoolean(true);
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .validateIfIdleFor(Duration.ZERO)
                .validator(thing -> !isSick.getAndSet(false) || endless(0) > 0))) {
            test.acquire().close();
            test.acquire().close();
            assertThat(isSick).isFalse();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(1);
        }
    }

    /** User code that a pool runs. */
    enum Place {
        CREATE,
        RESET,
        VALIDATE_IDLE,
        VALIDATE_ON_RELEASE,
        DESTROY,
        ABORT,
        EXECUTE_REFUSING,
        EXECUTE_AFTER_THE_TASK,
        DEPENDENT,
        SIZING_POLICY,
        ON_CREATED,
        ON_CREATE_FAILED,
        ON_DESTROYED,
        ON_DESTROY_FAILED,
        ON_VALIDATION_FAILED,
        ON_FAULT_REPORTED,
        ON_LEAK_SUSPECTED,
        ON_TIMED_OUT,
        ON_REFUSED,
        ON_STALE_CLOSE,
        ON_CLOSED
    }

    private static final Map<String, Supplier<Throwable>> THROWABLES = Map.of(
            "RuntimeException", () -> new IllegalStateException("made up"),
            "AssertionError", () -> new AssertionError("made up"),
            "NoClassDefFoundError", () -> new NoClassDefFoundError("made up"),
            "StackOverflowError", () -> new StackOverflowError("made up"),
            "OutOfMemoryError", () -> new OutOfMemoryError("made up"),
            "ThreadDeath", ThreadDeath::new,
            "checked", () -> new IOException("made up"),
            "InterruptedException", () -> new InterruptedException("made up"));

    static Stream<Arguments> placesAndThrowables() {
        return Stream.of(Place.values())
                .flatMap(place ->
                        THROWABLES.keySet().stream().sorted().map(throwable -> Arguments.of(place, throwable)));
    }

    private void at(Place place) {
        if (place == armed && !isThrown) {
            isThrown = true;
            throw ScriptedFactory.<RuntimeException>sneaky(throwable);
        }
    }

    private final PoolListener listener = new PoolListener() {
        @Override
        public void created(Duration took) {
            at(Place.ON_CREATED);
        }

        @Override
        public void createFailed(Throwable cause) {
            at(Place.ON_CREATE_FAILED);
        }

        @Override
        public void destroyed(DestroyReason reason) {
            at(Place.ON_DESTROYED);
        }

        @Override
        public void destroyFailed(Throwable cause) {
            at(Place.ON_DESTROY_FAILED);
        }

        @Override
        public void validationFailed() {
            at(Place.ON_VALIDATION_FAILED);
        }

        @Override
        public void faultReported(Throwable cause) {
            at(Place.ON_FAULT_REPORTED);
        }

        @Override
        public void leakSuspected(LeaseHolder holder, boolean isLost, Optional<Throwable> acquired) {
            at(Place.ON_LEAK_SUSPECTED);
        }

        @Override
        public void timedOut() {
            at(Place.ON_TIMED_OUT);
        }

        @Override
        public void refused() {
            at(Place.ON_REFUSED);
        }

        @Override
        public void staleClose() {
            at(Place.ON_STALE_CLOSE);
        }

        @Override
        public void closed() {
            at(Place.ON_CLOSED);
        }
    };

    private final Executor executor = task -> {
        at(Place.EXECUTE_REFUSING);
        task.run();
        at(Place.EXECUTE_AFTER_THE_TASK);
    };

    private boolean isValid() {
        at(validating);
        boolean isValid = !isSick;
        isSick = false;
        return isValid;
    }

    private Factory<Thing> factory(ScriptedFactory things) {
        return new Factory<>() {
            @Override
            public Thing create() {
                at(Place.CREATE);
                return things.create();
            }

            @Override
            public void reset(Thing thing) {
                at(Place.RESET);
            }

            @Override
            public void abort(Thing thing) {
                at(Place.ABORT);
            }

            @Override
            public void destroy(Thing thing) {
                things.destroy(thing);
                at(Place.DESTROY);
            }
        };
    }

    private TestPool open() {
        TestPool test = new TestPool(
                executor,
                it -> it.maxSize(SIZE)
                        .maxWaiters(1)
                        .failFastAfter(Duration.ZERO)
                        .validateOnRelease(true)
                        .validator(thing -> isValid())
                        .leakThreshold(Duration.ofSeconds(2))
                        .maxLeaseTime(Duration.ofSeconds(4))
                        .sizingPolicy(peaks -> {
                            asks++;
                            at(Place.SIZING_POLICY);
                            return 1;
                        })
                        .listener(listener));
        test.pool.replaceFactory(factory(test.factory));
        return test;
    }

    /** Waits until what runs elsewhere, since the executor refused it, is done. */
    private static void settle(TestPool test) {
        Thread.interrupted(); // from user code that ran on this thread
        Await.until(() -> test.stats().creating()
                        + test.stats().validating()
                        + test.stats().retiring()
                == 0);
    }

    private static void failing(CompletableFuture<Lease<Thing>> future) {
        assertThat(future).isCompletedExceptionally();
    }

    /** Passes by every place. */
    private void liveThrough(TestPool test) {
        test.pool.tryAcquire().ifPresent(Lease::close); // the first object, or what becomes of it
        settle(test);
        test.advance(SECOND);
        test.factory.failNextCreate(new IllegalStateException("down"));
        List<Lease<Thing>> leases = new ArrayList<>();
        while (leases.size() < SIZE) {
            test.pool.tryAcquire().ifPresent(leases::add);
            settle(test);
            test.advance(Duration.ofMillis(200));
        }
        failing(test.pool.acquireAsync(Duration.ZERO));
        CompletableFuture<Void> waiter = test.pool.acquireAsync().thenAccept(lease -> {
            lease.close();
            at(Place.DEPENDENT);
        });
        failing(test.pool.acquireAsync());
        leases.get(0).close();
        settle(test);
        assertThat(waiter).isDone();
        leases.get(0).close();
        Thread.interrupted();
        isSick = true;
        leases.get(1).close();
        settle(test);
        test.factory.onNextDestroy(() -> {
            throw new IllegalStateException("down");
        });
        test.advance(SECOND);
        test.advance(Duration.ofSeconds(2)); // the last is reported
        test.advance(Duration.ofSeconds(2)); // and revoked
        settle(test);
        CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
        Await.until(next::isDone);
        next.join().invalidate(new IllegalStateException("down"));
        settle(test);
        test.acquire().close();
        test.advance(SECOND);
        test.advance(SECOND);
        validating = Place.VALIDATE_IDLE;
        test.pool.tryAcquire().ifPresent(Lease::close);
        settle(test);
        test.advance(SECOND);
    }

    @ParameterizedTest(name = "{0} {1}")
    @Tag("P9")
    @MethodSource("placesAndThrowables")
    void whateverUserCodeThrowsAllCapacityIsThereAfterwards(Place place, String kind) {
        armed = place;
        throwable = THROWABLES.get(kind).get();
        try (TestPool test = open()) {
            liveThrough(test);
            assertThat(isThrown).isEqualTo(place != Place.ON_CLOSED);
            assertThat(asks).as("the policy is asked again").isGreaterThan(1);
            List<CompletableFuture<Lease<Thing>>> all = new ArrayList<>();
            for (int i = 0; i < SIZE; i++) {
                all.add(test.pool.acquireAsync());
            }
            assertThat(all).allMatch(CompletableFuture::isDone);
            all.forEach(future -> future.join().get().use());
            all.forEach(future -> future.join().close());
            assertThat(test.stats().idle()).isEqualTo(SIZE);
        }
        assertThat(isThrown).isTrue();
    }
}
