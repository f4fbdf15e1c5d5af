package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolHealth;
import dev.cenote.pool.PoolHealth.Thresholds;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.run.Nanos;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every duration that a setting or a method takes may be anything from its least value to for ever. */
class DurationsTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    private static final List<Duration> TIMES = List.of(
            Duration.ZERO,
            Duration.ofNanos(1),
            Duration.ofSeconds(1),
            Duration.ofNanos(Nanos.FOREVER - 1),
            Duration.ofNanos(Nanos.FOREVER),
            Duration.ofNanos(Long.MAX_VALUE),
            Duration.ofMillis(Long.MAX_VALUE),
            FOREVER);

    /** What an executor's tasks threw. */
    private final List<Throwable> thrown = new ArrayList<>();

    private final Executor threads = task -> {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Throwable t) {
                synchronized (thrown) {
                    thrown.add(t);
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    };

    /** A setting, or all of them, with a value. */
    record Setting(String name, Consumer<PoolBuilder<Thing>> set) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Method> durationsOf(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> List.of(method.getParameterTypes()).contains(Duration.class))
                .sorted(Comparator.comparing(Method::toString));
    }

    private static Stream<Arguments> settings() {
        List<Method> all = durationsOf(PoolBuilder.class).toList();
        assertThat(all).hasSizeGreaterThan(9);
        Stream<Setting> one = all.stream()
                .flatMap(method -> TIMES.stream()
                        .filter(time -> isInRange(method, time))
                        .map(time -> new Setting(method.getName() + " " + time, it -> set(it, method, time))));
        Stream<Setting> bounds = TIMES.stream()
                .filter(time -> !time.isZero())
                .map(time -> new Setting("fairness " + time, it -> it.fairness(Fairness.eventual(time))));
        Stream<Setting> together = TIMES.stream()
                .filter(time -> !time.isZero())
                .map(time -> new Setting("all " + time, it -> all.forEach(method -> set(it, method, time))));
        return Stream.of(one, bounds, together).flatMap(it -> it).map(Arguments::of);
    }

    /** Of two times, the first is the least. */
    private static Object[] arguments(Method method, Duration time) {
        return method.getParameterCount() == 1 ? new Object[] {time} : new Object[] {Duration.ofNanos(1), time};
    }

    private static boolean isInRange(Method method, Duration time) {
        try {
            method.invoke(Pool.builder(Object::new), arguments(method, time));
            return true;
        } catch (InvocationTargetException e) {
            assertThat(e).hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(time).as(method.getName()).isZero();
            return false;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void set(PoolBuilder<Thing> builder, Method method, Duration time) {
        try {
            method.invoke(builder, arguments(method, time));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(method.getName() + " " + time, e);
        }
    }

    /** Leases, fails a create, has one hang and a validation too, lets time pass at each step, and closes. */
    @ParameterizedTest(name = "{0}")
    @Tag("F69")
    @MethodSource("settings")
    void aPoolWorksWithEverySettingFromTheLeastValueToForEver(Setting setting) {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        AtomicBoolean hung = new AtomicBoolean();
        Validator<Thing> validator = thing -> {
            if (hangs.compareAndSet(true, false)) {
                hung.set(true);
                awaitUninterruptibly(end);
            }
            return true;
        };
        try (TestPool test = new TestPool(
                threads,
                it -> {
                    it.maxSize(3).minIdle(1).validator(validator).validateOnCreate(true);
                    setting.set.accept(it);
                },
                config -> TestPool.opened(config, threads))) {
            test.lettingCallsHang();
            lease(test);
            test.advance(Duration.ofSeconds(1));
            lease(test);

            AtomicBoolean failed = new AtomicBoolean();
            test.factory.onNextCreate(() -> {
                failed.set(true);
                throw new IllegalStateException("down");
            });
            end(leaseAllUntil(test, failed, Duration.ofSeconds(1)));

            hangs.set(true);
            List<CompletableFuture<Lease<Thing>>> three = leaseAllUntil(test, hung, Duration.ofSeconds(20));
            end.countDown();
            end(three);

            CountDownLatch endOfCreate = new CountDownLatch(1);
            AtomicBoolean creates = new AtomicBoolean();
            test.factory.onNextCreate(() -> {
                creates.set(true);
                awaitUninterruptibly(endOfCreate);
            });
            three = leaseAllUntil(test, creates, Duration.ofSeconds(20));
            endOfCreate.countDown();
            end(three);

            assertThat(test.pool.toString()).contains(test.name);
            assertThat(PoolHealth.of(test.stats(), new Thresholds(0, Duration.ZERO, 0, 0, 0, 0))
                            .reasons())
                    .isNotNull();
            Await.until(() -> isQuiet(test));
        }
        assertThat(thrown).isEmpty();
    }

    private static boolean isQuiet(TestPool test) {
        test.pool.housekeep();
        var stats = test.stats();
        return stats.validating() + stats.creating() + stats.retiring() + stats.leased() == 0;
    }

    private void lease(TestPool test) {
        CompletableFuture<Lease<Thing>> coming = test.pool.acquireAsync(FOREVER);
        Await.until(() -> {
            test.pool.housekeep();
            return coming.isDone();
        });
        end(List.of(coming));
    }

    /** Has new objects made until that happens, and then lets four steps of time pass. */
    private static List<CompletableFuture<Lease<Thing>>> leaseAllUntil(
            TestPool test, AtomicBoolean happens, Duration step) {
        test.pool.invalidateAll();
        List<CompletableFuture<Lease<Thing>>> coming = new ArrayList<>();
        Await.until(() -> {
            if (coming.stream().allMatch(CompletableFuture::isDone)) {
                end(coming);
                coming.clear();
                test.pool.invalidateAll();
                for (int i = 0; i < 3; i++) {
                    coming.add(test.pool.acquireAsync(Duration.ofSeconds(60)));
                }
            }
            test.advance(Duration.ofMillis(10));
            return happens.get();
        });
        for (int i = 0; i < 4; i++) {
            test.advance(step);
        }
        return coming;
    }

    private static void end(List<CompletableFuture<Lease<Thing>>> leases) {
        for (CompletableFuture<Lease<Thing>> each : leases) {
            each.whenComplete((lease, failure) -> {
                if (lease != null) {
                    lease.close();
                } else {
                    assertThat(failure).isInstanceOf(PoolException.class);
                }
            });
        }
        leases.forEach(each -> each.cancel(false));
    }

    private static void awaitUninterruptibly(CountDownLatch end) {
        boolean wasInterrupted = false;
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Stream<Arguments> methods() {
        assertThat(durationsOf(Pool.class)).hasSizeGreaterThan(4);
        return durationsOf(Pool.class)
                .flatMap(method -> TIMES.stream().map(time -> Arguments.of(method.getName(), method, time)));
    }

    @ParameterizedTest(name = "{0} {2}")
    @Tag("F69")
    @MethodSource("methods")
    void everyMethodOfAPoolTakesAnyTimeFromZeroToForEver(String name, Method method, Duration time) {
        try (TestPool test = new TestPool(it -> it.maxSize(1).minIdle(1))) {
            end(call(test, method, time)); // one is idle
            Lease<Thing> held = test.pool.isClosed() ? null : test.acquire();
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            threads.execute(() -> outcome.complete(call(test, method, time))); // none is
            Await.until(() -> outcome.isDone() || test.stats().waiters() == 1);
            test.advance(Duration.ofNanos(1));
            test.advance(Duration.ofSeconds(1));
            if (held != null) {
                held.close();
            }
            end(outcome.join());
            test.advance(Duration.ofSeconds(1));
        }
        assertThat(thrown).isEmpty();
    }

    private static Object call(TestPool test, Method method, Duration time) {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(type -> type == Duration.class ? time : function(type))
                .toArray();
        try {
            return method.invoke(test.pool, arguments);
        } catch (InvocationTargetException e) {
            assertThat(e).hasCauseInstanceOf(PoolException.class);
            return null;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Object function(Class<?> type) {
        assertThat(type).isEqualTo(PoolFunction.class);
        PoolFunction<Thing, Thing, RuntimeException> function = thing -> thing;
        return function;
    }

    private static void end(Object outcome) {
        if (outcome instanceof Lease<?> lease) {
            lease.close();
        } else if (outcome instanceof CompletableFuture<?> future) {
            future.whenComplete((result, failure) -> end(result));
        }
    }

    @Test
    void aValidatorByAgeTakesAnyAge() throws Exception {
        for (Duration most : TIMES) {
            assertThat(Validator.youngerThan(most, (Thing it) -> Duration.ZERO).isValid(new Thing(0)))
                    .isEqualTo(!most.isZero());
        }
    }

    @Test
    @Tag("F69")
    void aFactoryThatTriesAgainTakesAnyPauseAndTellsWhatHadFailedWhenItIsInterrupted() throws Exception {
        for (Duration pause : TIMES) {
            IllegalStateException down = new IllegalStateException("down");
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Factory<Thing> retrying = ((Factory<Thing>) () -> {
                        throw down;
                    })
                    .retrying(2, pause);
            Thread thread = new Thread(() -> {
                try {
                    retrying.create();
                } catch (Throwable t) {
                    outcome.complete(t);
                }
            });
            thread.start();
            if (pause.compareTo(Duration.ofSeconds(1)) >= 0) {
                Await.until(() -> outcome.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
                thread.interrupt();
                boolean mayBeOver = pause.equals(Duration.ofSeconds(1)); // before the interrupt came
                if (!mayBeOver || outcome.get() != down) {
                    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
                    assertThat(outcome.get().getSuppressed()).containsExactly(down);
                }
            } else {
                assertThat(outcome.get()).isSameAs(down);
            }
        }
    }

    @Test
    void healthIsJudgedByAnyMeanWait() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            for (Duration wait : TIMES) {
                Thresholds thresholds = new Thresholds(0.9, wait, 0.8, 0.1, 0, 0);
                assertThat(PoolHealth.between(test.stats(), test.stats(), thresholds)
                                .reasons())
                        .isEmpty();
            }
        }
    }

    /** {@code TimeUnit.convert} does the same, and does not overflow. */
    @Test
    @Tag("F69")
    void noDurationIsConvertedInAWayThatThrowsWhenItIsLong() throws IOException {
        Pattern converts = Pattern.compile("\\.to(Millis|Nanos)\\(\\)");
        Pattern isConstant = Pattern.compile("static final long \\w+ =");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                assertThat(Files.readAllLines(file).stream()
                                .filter(line -> converts.matcher(line).find()
                                        && !isConstant.matcher(line).find()))
                        .as("%s", file)
                        .isEmpty();
            }
        }
    }
}
