package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers with time to wait, on an {@link Interleaver}, while {@link SimulatedCalls user code} is slow or hangs, the
 * {@link SimulatedExecutor executor} is busy or loses tasks, and the process freezes. What is wrong is named by its row in
 * the table of faults. A seed that fails, fails again: {@code -Dcenote.seed=…}; {@code -Dcenote.fault=F61} looks for that
 * fault alone.
 */
class SlowCallsSimulationTest {

    private static final int SEEDS = Integer.getInteger("cenote.seeds", 500);
    private static final String FAULT = System.getProperty("cenote.fault", "");
    private static final int STEPS = 12;
    /** What callers do takes so long, or a multiple of it, so that much happens at once. */
    private static final Duration BEAT = Duration.ofMillis(50);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);
    /** An operation is slow after a tenth of its caller's wait at most, or after a half where calls usually take long. */
    private static final int SLOW_PART = 10;

    private static final int USUALLY_SLOW_PART = 2;
    private static final Duration TOLERANCE = Duration.ofMillis(50);
    /** A task that the executor has not begun by then is begun elsewhere. */
    private static final Duration BEGINS_WITHIN = Duration.ofSeconds(1);

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
    private static final Duration[] TIMEOUTS = {Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(30)};

    @Test
    @Tag("P14")
    @Tag("F61")
    @Tag("F62")
    @Tag("F63")
    @Tag("F64")
    @Tag("F66")
    @Timeout(7_200)
    void everyPromiseHoldsWhileUserCodeHangsAndTheExecutorIsBusy() {
        Long only = Long.getLong("cenote.seed");
        long first = only != null ? only : System.nanoTime();
        int seeds = only != null ? 1 : SEEDS;
        System.out.println("simulations with slow calls: " + seeds + ", seeds from " + first);
        for (long seed = first; seed < first + seeds; seed++) {
            runNaming(seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aSeedGivesTheSameRunAgain(long seed) {
        assertThat(traceOf(seed)).isEqualTo(traceOf(seed));
    }

    private static void runNaming(long seed) {
        Simulation simulation = new Simulation(seed);
        try {
            simulation.run();
        } catch (Throwable thrown) {
            throw new AssertionError("seed " + seed + ": " + simulation, thrown);
        }
    }

    /** How far it came, and by which way. */
    private static String traceOf(long seed) {
        Simulation simulation = new Simulation(seed);
        try {
            simulation.run();
        } catch (Throwable thrown) {
            assertThat(thrown).isInstanceOf(AssertionError.class);
        }
        return simulation.toString() + simulation.pool.interleaver.trace();
    }

    private static final class Simulation {
        private final SplittableRandom random;
        private final SplittableRandom chance;
        private final SimulatedPool pool = new SimulatedPool();
        private final SimulatedExecutor executor;
        private final SimulatedCalls creates;
        private final SimulatedCalls looks;
        private final SimulatedCalls destroys;
        private final HelpCheck help;
        private final UnaryOperator<Duration> slowAfter;
        private final int maxSize;
        private final int callers;
        private final boolean freezes;
        private final boolean isWell;
        private final List<Thread> running = new ArrayList<>();
        private final Set<Thing> judged = Collections.newSetFromMap(new IdentityHashMap<>());
        private int createTimeouts;
        private boolean wasFrozen;

        Simulation(long seed) {
            random = new SplittableRandom(seed);
            chance = random.split();
            executor = new SimulatedExecutor(random, () -> pool.interleaver);
            freezes = executor.isPrompt() && random.nextBoolean();
            maxSize = 1 + random.nextInt(5);
            callers = 1 + random.nextInt(5);
            isWell = random.nextInt(4) == 0; // so that callers are in each other's way rather than in user code
            Duration createTimeout = oneOf(TIMEOUTS);
            Duration validationTimeout = random.nextInt(4) == 0 && !executor.isInPlace() ? FOREVER : oneOf(TIMEOUTS);
            Duration destroyTimeout = oneOf(TIMEOUTS);
            creates = new SimulatedCalls(pool, random, createTimeout, isWell);
            looks = new SimulatedCalls(pool, random, validationTimeout, isWell);
            destroys = new SimulatedCalls(pool, random, destroyTimeout, isWell);
            int part = creates.areSlow() || looks.areSlow() ? USUALLY_SLOW_PART : SLOW_PART;
            Duration begins = executor.isPrompt() ? Duration.ZERO : BEGINS_WITHIN;
            slowAfter = wait -> wait.dividedBy(part).plus(TOLERANCE).plus(begins);
            help = new HelpCheck(pool, creates, looks, destroys, slowAfter);
            pool.open(
                    random,
                    executor,
                    builder -> configure(builder.createTimeout(createTimeout)
                            .validationTimeout(validationTimeout)
                            .destroyTimeout(destroyTimeout)),
                    this::checkWhileNobodyCanGoOn);
            help.begin();
            pool.alsoCheck(this::checkAtGiveBack);
            pool.test.factory.countNoLongerThan(pool.test.ticker, createTimeout, destroyTimeout);
            pool.test.factory.everyCreate = () -> creates.run(null, isInPlace());
            pool.test.factory.everyDestroy = () -> destroys.run(null, isInPlace());
        }

        private boolean isInPlace() {
            return executor.isInPlace() || running.contains(Thread.currentThread());
        }

        private Duration oneOf(Duration[] durations) {
            return durations[random.nextInt(durations.length)];
        }

        private void configure(PoolBuilder<Thing> builder) {
            ScriptedFactory.of(builder).createsOnCaller = random.nextInt(4) == 0;
            builder.maxSize(maxSize)
                    .minIdle(random.nextInt(2))
                    .idleOrder(random.nextBoolean() ? IdleOrder.LIFO : IdleOrder.FIFO)
                    .maxConcurrentCreates(1 + random.nextInt(4))
                    .listener(new Listener());
            if (isWell || random.nextInt(4) > 0) {
                builder.validateIfIdleFor(Duration.ofMillis(isWell ? 0 : random.nextInt(2) * 100))
                        .keepaliveTime(Duration.ofMillis(random.nextInt(2) * 500))
                        .validateOnCreate(random.nextInt(4) == 0)
                        .validator(thing -> {
                            looks.run(thing, executor.isInPlace());
                            return true;
                        });
            }
        }

        // --- what callers do

        void run() throws Exception {
            for (int i = 0; i < callers; i++) {
                SplittableRandom own = random.split();
                pool.interleaver.add(() -> call(own));
            }
            pool.run();
            pool.interleaver.throwFailure();
            checkAfterwards();
            pool.interleaver.throwFailure();
        }

        private void call(SplittableRandom own) {
            running.add(Thread.currentThread());
            for (int step = 0; step < (isWell ? 4 * STEPS : STEPS); step++) {
                attempt(() -> step(own));
                if (isWell) {
                    attempt(() -> pool.interleaver.sleep(BEAT)); // one step of each at a time, and then a look
                }
            }
            running.remove(Thread.currentThread());
            Thread.interrupted();
            if (running.isEmpty()) {
                creates.end();
                looks.end();
                destroys.end();
            }
        }

        private interface Step {
            void run() throws InterruptedException;
        }

        private static void attempt(Step step) {
            try {
                step.run();
            } catch (PoolException | InterruptedException expected) {
                assertThat(expected).isNotNull();
            }
        }

        private void step(SplittableRandom own) throws InterruptedException {
            Duration wait = LONGEST_WAIT.dividedBy(1 + own.nextInt(3));
            switch (isWell ? 10 + own.nextInt(9) : own.nextInt(20)) {
                case 0, 1, 2, 3 -> use(own, pool.test.pool.acquire(wait), Lease::close);
                case 4 -> use(own, pool.test.pool.acquireUninterruptibly(wait), Lease::close);
                case 5 -> use(own, pool.test.pool.acquire(wait), Lease::invalidate);
                case 6 ->
                    use(
                            own,
                            pool.test.pool.acquire(wait),
                            lease -> lease.invalidate(new IllegalStateException("a fault")));
                case 7 -> pool.test.pool.acquireAsync(wait).thenAccept(Lease::close);
                case 8 -> tryForAWhile();
                case 9 -> pool.interleaver.sleep(BEAT.multipliedBy(own.nextInt(10)));
                case 10, 11, 12 ->
                    use(
                            own,
                            pool.test.pool.acquire(wait),
                            first -> { // so that there is more than one
                                pool.test.pool.tryAcquire().ifPresent(Lease::close);
                                first.close();
                            });
                case 13, 14 -> pool.test.resize(new PoolLimits(1 + own.nextInt(maxSize), own.nextInt(2), 100));
                case 15 -> outdate(own);
                case 16 -> running.get(own.nextInt(running.size())).interrupt();
                case 17, 18 -> {
                    Thread.currentThread().interrupt();
                    use(own, pool.test.pool.acquire(wait), Lease::close);
                }
                default -> keepExecutorBusy(own);
            }
        }

        private void use(SplittableRandom own, Lease<Thing> lease, Consumer<Lease<Thing>> end)
                throws InterruptedException {
            try {
                lease.get().use(() -> pool.interleaver.point());
                pool.interleaver.sleep(BEAT.multipliedBy(own.nextInt(2)));
            } finally {
                end.accept(lease);
            }
        }

        private void tryForAWhile() throws InterruptedException {
            for (int i = 0; i < 40; i++) {
                Duration silence = help.silence();
                int callsBefore = looks.all().size() + creates.all().size();
                if (pool.test.pool.tryAcquire().map(this::closed).isPresent()) {
                    return;
                }
                check(() -> pool.engine().gate.has(Gate.QUEUED)
                                || silence.compareTo(
                                                slowAfter.apply(LONGEST_WAIT).plus(BEGINS_WITHIN))
                                        < 0
                                || help.silence().compareTo(silence) < 0
                                || looks.all().size() + creates.all().size() > callsBefore // in place, and over
                        ? ""
                        : "F61: tries find nothing, and no check begins, beside what is idle");
                pool.interleaver.sleep(BEAT);
            }
        }

        private boolean closed(Lease<Thing> lease) {
            lease.close();
            return true;
        }

        private void outdate(SplittableRandom own) {
            help.beginOutdating();
            if (own.nextBoolean()) {
                pool.test.pool.replaceFactory(pool.test.factory);
            } else {
                pool.test.pool.invalidateAll();
            }
            help.endOutdating();
        }

        /** Others have something to do for the executor. */
        private void keepExecutorBusy(SplittableRandom own) {
            Duration time = BEAT.multipliedBy(10 + own.nextInt(70));
            if (!executor.isInPlace()) {
                try {
                    executor.execute(() -> {
                        try {
                            pool.interleaver.sleep(time);
                        } catch (InterruptedException e) {
                            throw new AssertionError("a task of others is interrupted", e);
                        }
                    });
                } catch (RejectedExecutionException expected) {
                    assertThat(expected).isNotNull();
                }
            }
        }

        // --- what must hold

        /** Ends the run if something is wrong, unless another fault is looked for. */
        private void check(Supplier<String> whatIsWrong) {
            pool.interleaver.check(() -> {
                String wrong = whatIsWrong.get();
                if (!wrong.isEmpty() && wrong.startsWith(FAULT)) {
                    throw new AssertionError(wrong);
                }
            });
        }

        private void checkWhileNobodyCanGoOn() {
            check(this::whatIsIdleBeyondTheBound);
            check(help::whatIsWrong);
            check(this::whatExistsBeyondTheBound);
            check(() -> executor.isInPlace() || pool.overdue() == 0 ? "" : "P6: some wait whose time is up");
            if (freezes && chance.nextInt(32) == 0) {
                Duration time = Duration.ofMillis(7_000 + chance.nextInt(3_000));
                pool.test.ticker.advance(time);
                wasFrozen = true;
                for (SimulatedCalls calls : List.of(creates, looks, destroys)) {
                    calls.freeze(time.toNanos());
                }
                help.freeze(time.toNanos());
            }
        }

        private String whatIsIdleBeyondTheBound() {
            try {
                Oracle.checkNothingIsIdleBeyondTheBound(pool.engine());
                return "";
            } catch (AssertionError e) {
                return String.valueOf(e.getMessage());
            }
        }

        private String whatExistsBeyondTheBound() {
            int most = pool.test.factory.mostExisting();
            return most <= maxSize ? "" : lateBeginning() + ": P1: " + most + " exist, of at most " + maxSize;
        }

        private String lateBeginning() {
            return executor.hasLostTasks() ? "F63" : wasFrozen ? "F64" : "F62";
        }

        private void checkAtGiveBack() {
            help.look();
            pool.engine().slots.forEach(slot -> {
                if (slot.state() == Slot.RETIRING
                        && slot.retireReason() == DestroyReason.VALIDATION_FAILED
                        && judged.add(slot.object())) {
                    check(() -> whyIsItGood(slot.object()));
                }
            });
        }

        /** An object is destroyed since it failed a validation: empty if it did. */
        private String whyIsItGood(Thing thing) {
            SimulatedCalls.Call look = looks.lastFor(thing);
            if (pool.test.pool.config().validateOnCreate() && looks.countFor(thing) <= 1) {
                return ""; // that is the create's time
            }
            if (look == null) {
                return lateBeginning() + ": " + thing + " has failed a validation that never began";
            }
            String row = look.wasFrozen() ? "F64" : lateBeginning();
            return look.hasFailed() || look.mayBeGivenUp() ? "" : row + ": " + thing + " has failed by " + look;
        }

        private final class Listener implements PoolListener {
            @Override
            public void created(Duration took) {
                if (pool.test != null) { // else it is being opened
                    help.noteCreated(took);
                }
            }

            @Override
            public void createFailed(Throwable cause) {
                help.noteCreateFailed();
                if (cause instanceof TimeoutException
                        && String.valueOf(cause.getMessage()).startsWith("the factory took")) {
                    createTimeouts++;
                    long tooLong = creates.all().stream()
                            .filter(SimulatedCalls.Call::mayBeGivenUp)
                            .count();
                    check(() -> createTimeouts <= tooLong
                            ? ""
                            : lateBeginning() + ": " + createTimeouts + " creates took too long, but " + tooLong
                                    + " calls of the factory did");
                }
            }
        }

        /** All tasks are over and user code is well again: nothing is lost. */
        private void checkAfterwards() {
            settle();
            pool.test.resize(new PoolLimits(maxSize, 0, 100));
            List<Lease<Thing>> all = new ArrayList<>();
            for (int i = 0; i < 600 && all.size() < maxSize; i++) {
                CompletableFuture<Lease<Thing>> next = pool.test.pool.acquireAsync(Duration.ofSeconds(1));
                pool.test.advance(Duration.ofSeconds(1)); // creates may have failed, and be waited for
                if (!next.isCompletedExceptionally()) {
                    all.add(next.join());
                }
            }
            check(() -> all.size() == maxSize ? "" : lateBeginning() + ": P5: only " + all.size() + " can be had");
            all.forEach(Lease::close);
            settle();
            check(() -> {
                Set<Thing> alive = Collections.newSetFromMap(new IdentityHashMap<>());
                pool.engine().slots.forEach(slot -> {
                    if (slot.state() == Slot.IDLE) {
                        alive.add(slot.object());
                    }
                });
                for (Thing thing : pool.test.factory.made) {
                    if (!alive.contains(thing) && thing.destroyed.get() != 1) {
                        return lateBeginning() + ": P3: " + thing + " is destroyed " + thing.destroyed + " times";
                    }
                }
                return "";
            });
            pool.interleaver.throwFailure();
            if (FAULT.isEmpty()) {
                pool.test.close();
            }
        }

        private void settle() {
            for (int i = 0; i < 600; i++) {
                pool.test.advance(Duration.ofMillis(100));
                var stats = pool.test.stats();
                if (stats.leased() + stats.waiters() + stats.validating() + stats.retiring() + stats.creating() == 0) {
                    return;
                }
            }
            check(() -> lateBeginning() + ": P5: not at rest a minute later: " + pool.test.stats());
            pool.interleaver.throwFailure();
            throw new AssertionError("not at rest");
        }

        @Override
        public String toString() {
            return executor + "; create " + creates + "; validate " + looks + "; destroy " + destroys;
        }
    }
}
