package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lincheck: whatever a few threads do at once has the outcome of some order in which they could have done it one after
 * the other. Each mode is shown a broken store first: one that does not see the bug there proves nothing.
 */
@Tag("full")
class LinearizabilityTest {

    /** A thread looks 200 times whether the pool's lock is free. A loop that is longer than this is taken for one without end. */
    private static final int LONGEST_LOOP = 250;

    /** How the interleavings are found. */
    enum Mode {
        /** All with few switches between threads. */
        MODEL_CHECKING(() -> new ModelCheckingOptions()
                .invocationsPerIteration(Integer.getInteger("lincheck.invocations", 200))
                .loopBound(LONGEST_LOOP)),
        /** Those that the machine makes. */
        STRESS(() -> new StressOptions().invocationsPerIteration(Integer.getInteger("lincheck.invocations", 200) * 5));

        private final Supplier<Options<?, ?>> options;

        Mode(Supplier<Options<?, ?>> options) {
            this.options = options;
        }

        void check(Class<?> race, Class<?> sequential, int threads, int calls) {
            check(race, sequential, threads, calls, Integer.getInteger("lincheck.iterations", 6));
        }

        void check(Class<?> race, Class<?> sequential, int threads, int calls, int scenarios) {
            options.get()
                    .sequentialSpecification(sequential)
                    .iterations(scenarios)
                    .threads(threads)
                    .actorsPerThread(calls)
                    .actorsBefore(1)
                    .actorsAfter(2)
                    .minimizeFailedScenario(false)
                    .check(race);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatLosesASlotIsFound(Mode mode) {
        assertThatThrownBy(() -> mode.check(HintRace.Broken.class, HintRace.Broken.class, 2, 4))
                .hasMessageContaining("idle, and in no store");
    }

    @ParameterizedTest
    @EnumSource
    void noSlotIsLostBetweenItsHintAndTheStore(Mode mode) {
        mode.check(HintRace.Lifo.class, HintRace.Lifo.class, 2, 4);
        mode.check(HintRace.Fifo.class, HintRace.Fifo.class, 2, 4);
    }

    @ParameterizedTest
    @EnumSource
    void whoFindsNoIdleObjectCameWhileAllWereLeased(Mode mode) {
        mode.check(StoreRace.Lifo.class, StoreRace.Sequential.class, 2, 4);
        mode.check(StoreRace.Fifo.class, StoreRace.Sequential.class, 2, 4);
    }

    @ParameterizedTest
    @EnumSource
    void waitersStandInTheOrderInWhichTheyJoined(Mode mode) {
        mode.check(QueueRace.class, QueueRace.Sequential.class, 3, 2);
    }

    @ParameterizedTest
    @EnumSource
    void noMorePlacesAreReservedThanThereAre(Mode mode) {
        mode.check(SlotsRace.class, SlotsRace.Sequential.class, 2, 4);
    }

    @ParameterizedTest
    @EnumSource
    void aBudgetGivesEachPlaceToOnePoolAndSetsItAsideForTheHungry(Mode mode) {
        mode.check(BudgetRace.class, BudgetRace.Sequential.class, 2, 4);
    }

    /** A third of the scenarios that the others have: each takes ten times as long. */
    @ParameterizedTest
    @EnumSource
    void aPoolServesOneByOneAndBoundsItsQueue(Mode mode) {
        int scenarios = Integer.getInteger("lincheck.iterations", 6) / 3;
        mode.check(PoolRace.OfOne.class, PoolRace.SequentialOfOne.class, 3, 2, scenarios);
        mode.check(PoolRace.OfTwo.class, PoolRace.SequentialOfTwo.class, 3, 2, scenarios);
    }
}
