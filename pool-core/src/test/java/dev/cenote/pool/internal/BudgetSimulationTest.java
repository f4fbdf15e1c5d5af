package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Budget;
import dev.cenote.pool.BudgetContract;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@link RandomProgram}s on several pools that share one {@link Budget}, interleaved as in {@link SimulationTest}. A seed that
 * fails, fails again: {@code -Dcenote.seed=…}.
 */
class BudgetSimulationTest {

    private static final int FIXED_SEEDS = 100;

    /** So many random seeds instead of those that are the same each time. */
    private static final int SEEDS = Integer.getInteger("cenote.budgetSeeds", 0);

    private static final int STEPS = 15;
    private static final Duration TIMEOUT = Duration.ofMillis(20);
    private static final int MOST_TICKS = 100_000;

    @Test
    @Tag("P1")
    @Tag("P5")
    @Tag("P14")
    @Tag("P16")
    @Tag("P18")
    @Timeout(7_200)
    void everyPromiseOfABudgetThatCanBeSeenHoldsInEveryInterleaving() {
        Long only = Long.getLong("cenote.seed");
        long first = only != null ? only : SEEDS > 0 ? System.nanoTime() : 1;
        int seeds = only != null ? 1 : Math.max(SEEDS, FIXED_SEEDS);
        System.out.println("simulations of a budget: " + seeds + ", seeds from " + first);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                new Simulation(seed).run();
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
    }

    private static final class Simulation {
        private final SplittableRandom random;
        private final SplittableRandom chance;
        private final int sickness;
        private final int max;
        private final Budget budget;
        private final FakeTicker ticker = new FakeTicker();
        private final Interleaver interleaver;
        private final List<SimulatedPool> pools = new ArrayList<>();
        private final List<RandomProgram> programs = new ArrayList<>();
        private volatile int callers; // that are not done; one task runs at a time

        Simulation(long seed) {
            random = new SplittableRandom(seed);
            chance = random.split();
            sickness = random.nextInt(2) * (3 + random.nextInt(20));
            max = 1 + random.nextInt(5);
            budget = Budget.of(max);
            interleaver = new Interleaver(random.split(), ticker, this::checkWhileNobodyCanGoOn);
            int count = 2 + random.nextInt(2);
            int unreserved = max - 1; // what is reserved for others a pool may never get
            for (int i = 0; i < count; i++) {
                int reserved = random.nextInt(3) == 0 ? random.nextInt(unreserved + 1) : 0;
                unreserved -= reserved;
                open(reserved);
            }
        }

        private void open(int reserved) {
            SimulatedPool pool = new SimulatedPool(interleaver, ticker, () -> callers == 0);
            RandomProgram program = new RandomProgram(random, interleaver::point, MOST_TICKS);
            SplittableRandom settings = random.split();
            pool.open(
                    random.split(),
                    interleaver::execute,
                    builder -> {
                        builder.createTimeout(TIMEOUT)
                                .validationTimeout(TIMEOUT)
                                .destroyTimeout(TIMEOUT)
                                .budget(budget)
                                .reserved(Math.min(reserved, program.maxSize))
                                .weight(1 + settings.nextInt(2));
                        Validator<Thing> quick = thing -> {
                            thing.use(interleaver::point);
                            return sickness == 0 || chance.nextInt(sickness) > 0;
                        };
                        program.configure(
                                builder,
                                settings,
                                thing -> {
                                    misbehave();
                                    return quick.isValid(thing);
                                },
                                quick);
                    },
                    () -> {});
            pool.test.factory.everyCreate = this::misbehave;
            pool.test.factory.everyDestroy = this::misbehave;
            pool.test.factory.stopCounting(); // a create that is given up is still under way
            pool.alsoCheck(this::checkBound);
            pools.add(pool);
            programs.add(program);
        }

        private void misbehave() throws InterruptedException {
            interleaver.point();
            if (sickness == 0 || !interleaver.isOn() || chance.nextInt(sickness) > 0) {
                return;
            }
            switch (chance.nextInt(4)) {
                case 0 -> throw new IllegalStateException("it fails");
                case 1 -> throw new OutOfMemoryError("it fails badly");
                case 2 -> interleaver.sleep(Duration.ofMillis(chance.nextInt(20)));
                default -> interleaver.sleep(Duration.ofMillis(20 + chance.nextInt(20)));
            }
        }

        void run() throws Exception {
            for (int i = 0; i < pools.size(); i++) {
                TestPool test = pools.get(i).test;
                RandomProgram program = programs.get(i);
                for (int caller = 0; caller < 2; caller++) {
                    SplittableRandom own = random.split();
                    callers++;
                    interleaver.add(() -> {
                        program.call(test, own, STEPS);
                        callers--;
                    });
                }
            }
            pools.forEach(SimulatedPool::addHousekeeper);
            interleaver.run();
            programs.forEach(RandomProgram::throwViolation);
            settle();
            for (SimulatedPool pool : pools) {
                if (!pool.test.pool.isClosed()) {
                    checkThatItGetsOne(pool.test);
                }
            }
            settle();
            for (SimulatedPool pool : pools) {
                pool.test.close();
            }
            Budget.Share last = budget.join(new BudgetContract.PassiveMember());
            assertThat(last.room()).as("P16: no place is lost").isEqualTo(max);
            last.leave();
            interleaver.throwFailure();
        }

        private void tick() {
            ticker.advance(Duration.ofMillis(1));
            pools.forEach(pool -> pool.test.pool.housekeep());
        }

        private void settle() {
            pools.forEach(pool -> pool.test.pool.resume());
            int[] ticks = new int[1];
            Await.until(() -> {
                tick();
                assertThat(ticks[0]++).as("P2, P6: at rest in the end").isLessThan(MOST_TICKS);
                return pools.stream()
                        .map(pool -> pool.test.stats())
                        .allMatch(stats -> stats.waiters()
                                        + stats.validating()
                                        + stats.retiring()
                                        + stats.creating()
                                        + stats.leased()
                                == 0);
            });
        }

        /** Whatever lies idle elsewhere. */
        private void checkThatItGetsOne(TestPool test) {
            for (int failures = 0; failures < 100; failures++) {
                CompletableFuture<Lease<Thing>> one = test.pool.acquireAsync(Duration.ofMinutes(1));
                int[] ticks = new int[1];
                Await.until(() -> {
                    tick();
                    assertThat(ticks[0]++).as("P6").isLessThan(MOST_TICKS);
                    return one.isDone();
                });
                if (!one.isCompletedExceptionally()) {
                    one.join().close();
                    return;
                }
                for (int i = 0; i < 10; i++) {
                    tick(); // a caller that fails fast comes again when the next create is due
                }
            }
            throw new AssertionError("P5, P17: no object for a second: " + test.stats());
        }

        /** P16, whenever a lock is given back. */
        private void checkBound() {
            int[] occupied = new int[1];
            pools.forEach(pool ->
                    pool.engine().slots.forEach(slot -> occupied[0] += slot.state() == Slot.EMPTY ? 0 : 1));
            assertThat(occupied[0]).as("P16: objects of all pools").isLessThanOrEqualTo(max);
        }

        /** P5 and P18 across pools, while all wait. */
        private void checkWhileNobodyCanGoOn() {
            if (callers == 0) {
                return; // the housekeepers have ended, too: nobody tries again when a back-off is over
            }
            int[] hungry = new int[pools.size()];
            int all = 0;
            int leaving = 0;
            int occupied = 0;
            for (int i = 0; i < pools.size(); i++) {
                Engine<Thing> engine = pools.get(i).engine();
                int pool = i;
                int[] counts = new int[2];
                engine.lock.run(() -> {
                    boolean canServe = !engine.gate.has(Gate.CLOSED | Gate.SUSPENDED);
                    hungry[pool] = canServe ? engine.creator.missing(engine.demand.uncovered()) : 0;
                    counts[0] = engine.retirement.leaving();
                    counts[1] = engine.slots.occupied();
                });
                all += hungry[pool];
                leaving += counts[0];
                occupied += counts[1];
            }
            if (all == 0) {
                return;
            }
            assertThat(occupied)
                    .as("P5: a place is free, and somebody waits for one %s", interleaver)
                    .isEqualTo(max);
            for (int i = 0; i < pools.size(); i++) {
                Engine<Thing> engine = pools.get(i).engine();
                int[] in = new int[2];
                engine.slots.forEach(slot -> {
                    in[0] += slot.state() == Slot.IDLE ? 1 : 0;
                    in[1] += slot.state() == Slot.EMPTY || slot.state() == Slot.RETIRING ? 0 : 1;
                });
                if (in[0] > 0 && in[1] > engine.config.reserved()) {
                    assertThat(all - hungry[i])
                            .as("P18: callers of other pools that wait beside %d idle objects %s", in[0], interleaver)
                            .isLessThanOrEqualTo(leaving);
                }
            }
        }
    }
}
