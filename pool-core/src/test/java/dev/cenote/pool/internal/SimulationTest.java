package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link RandomProgram}s on an {@link Interleaver}, which decides where the engine touches the lock, the idle store, a
 * worker or user code; while the factory fails, hangs, is late and throws {@code Error}s, and the clock jumps. The
 * housekeeper runs only when an alarm was set for it. A seed that fails, fails again: {@code -Dcenote.seed=…}.
 */
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("cenote.seeds", 500);
    private static final int CALLERS = 3;
    private static final int STEPS = 25;
    private static final Duration TIMEOUT = Duration.ofMillis(20); // of each call of user code
    private static final int MOST_TICKS = 100_000; // a factory that fails is left alone for 15 s

    @Test
    @Tag("P1")
    @Tag("P2")
    @Tag("P3")
    @Tag("P4")
    @Tag("P5")
    @Tag("P6")
    @Tag("P12")
    @Tag("P15")
    @Timeout(7_200)
    void everyPromiseThatCanBeSeenHoldsInEveryInterleaving() {
        Long only = Long.getLong("cenote.seed");
        long first = only != null ? only : System.nanoTime();
        int seeds = only != null ? 1 : SEEDS;
        System.out.println("simulations: " + seeds + ", seeds from " + first);
        for (long seed = first; seed < first + seeds; seed++) {
            runNaming(seed);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aSeedGivesTheSameRunAgain(long seed) {
        assertThat(runNaming(seed)).isEqualTo(runNaming(seed));
    }

    private static long runNaming(long seed) {
        try {
            return new Simulation(seed).run();
        } catch (Throwable thrown) {
            throw new AssertionError("seed " + seed, thrown);
        }
    }

    private static final class Simulation {
        private final SplittableRandom random;
        private final SplittableRandom chance;
        private final int sickness; // one in so many calls of user code goes wrong; 0: none
        private final boolean jumps; // the clock does, now and then
        private final RandomProgram program;
        private final SimulatedPool pool = new SimulatedPool();
        private final int callsInPlace;

        Simulation(long seed) {
            random = new SplittableRandom(seed);
            chance = random.split();
            sickness = random.nextInt(2) * (3 + random.nextInt(20));
            jumps = random.nextBoolean();
            callsInPlace = random.nextInt(4);
            program = new RandomProgram(random, this::pause, MOST_TICKS);
            pool.open(
                    random,
                    task -> {
                        if (callsInPlace == 0) {
                            task.run();
                        } else {
                            pool.interleaver.execute(task);
                        }
                    },
                    builder -> {
                        builder.createTimeout(TIMEOUT)
                                .validationTimeout(TIMEOUT)
                                .destroyTimeout(TIMEOUT);
                        Validator<Thing> quick = thing -> {
                            thing.use(this::pause);
                            return sickness == 0 || chance.nextInt(sickness) > 0;
                        };
                        program.configure(
                                builder,
                                random,
                                thing -> {
                                    misbehave();
                                    return quick.isValid(thing);
                                },
                                quick);
                    },
                    this::checkWhileNobodyCanGoOn);
            pool.test.factory.countNoLongerThan(pool.test.ticker, TIMEOUT, TIMEOUT);
            pool.test.factory.everyCreate = this::misbehave;
            pool.test.factory.everyDestroy = this::misbehave;
        }

        private void pause() {
            pool.interleaver.point();
        }

        /** What a call of user code may do instead of coming back at once. */
        private void misbehave() throws InterruptedException {
            Interleaver interleaver = pool.interleaver;
            interleaver.point();
            if (sickness == 0 || !interleaver.isOn() || chance.nextInt(sickness) > 0) {
                return;
            }
            switch (chance.nextInt(5)) {
                case 0 -> throw new IllegalStateException("it fails");
                case 1 -> throw new OutOfMemoryError("it fails badly");
                case 2 -> interleaver.sleep(Duration.ofMillis(chance.nextInt(20)));
                case 3 -> interleaver.sleep(Duration.ofMillis(20 + chance.nextInt(20))); // given up, and late
                default -> {
                    if (jumps) {
                        pool.test.factory.stopCounting();
                        pool.test.ticker.advance(Duration.ofMillis(chance.nextInt(8_000)));
                    }
                }
            }
        }

        long run() throws Exception {
            for (int i = 0; i < CALLERS; i++) {
                SplittableRandom own = random.split();
                pool.interleaver.add(() -> program.call(pool.test, own, STEPS));
            }
            pool.run();
            long trace = pool.interleaver.trace();
            Oracle.checkNothingIsIdleBeyondTheBound(pool.engine());
            program.checkAndClose(pool.test);
            pool.interleaver.throwFailure();
            return trace;
        }

        /**
         * P5 and P6, where all wait: for an object, for the lock, for time to pass. What is to be validated before it is leased
         * again may lie idle while as many are being validated as callers wait.
         */
        private void checkWhileNobodyCanGoOn() {
            Interleaver interleaver = pool.interleaver;
            Engine<Thing> engine = pool.engine();
            Oracle.checkNothingIsIdleBeyondTheBound(engine);
            assertThat(pool.lock.parked())
                    .as("P5: parked, though nobody is left who will wake them; %s", interleaver)
                    .isSubsetOf(pool.waiting());
            if (callsInPlace > 0) { // else a caller may be in the factory itself
                assertThat(pool.overdue())
                        .as("P6: waiters whose time is up; %s", interleaver)
                        .isZero();
            }
            boolean isInFactory = callsInPlace == 0 && engine.gate.has(Gate.COMPETING); // who was woken
            if (!engine.gate.has(Gate.QUEUED) || engine.gate.has(Gate.SUSPENDED) || isInFactory) {
                return;
            }
            int[] inState = new int[Slot.RETIRING + 1];
            int[] unchecked = new int[1];
            engine.slots.forEach(slot -> {
                inState[slot.state()]++;
                unchecked[0] += slot.state() == Slot.IDLE && Slot.isMarked(slot.word(), Slot.CHECK) ? 1 : 0;
            });
            int mayBeIdle = inState[Slot.VALIDATING] > 0 ? unchecked[0] : 0;
            assertThat(inState[Slot.IDLE])
                    .as("P5: idle while somebody waits; gate %d %s", engine.gate.bits(), interleaver)
                    .isLessThanOrEqualTo(mayBeIdle);
        }
    }
}
