package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every piece of user code throws everything that can be thrown, once; after that all capacity is there. */
@Timeout(20)
class CallbackFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int SIZE = 3;

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

    private Place armed = Place.CREATE;
    private Throwable throwable = new AssertionError("never thrown");
    private boolean isThrown;
    private Place validating = Place.VALIDATE_ON_RELEASE;
    private boolean isSick;
    private int asks;

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
