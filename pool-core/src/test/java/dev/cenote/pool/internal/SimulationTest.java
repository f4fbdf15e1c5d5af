package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
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

    private static final int SEEDS = Integer.getInteger("cenote.seeds", 2_000);
    private static final int CALLERS = 3;
    private static final int STEPS = 25;
    private static final int MOST_TICKS = 100_000; // a factory that fails is left alone for 15 s

    @Test
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
        private final RandomProgram program;
        private final TestPool test;
        private final HousekeeperTask housekeeper = new HousekeeperTask();
        private final int callsInPlace;
        private Interleaver interleaver;
        private InterleavedLock lock;

        Simulation(long seed) {
            random = new SplittableRandom(seed);
            chance = random.split();
            sickness = random.nextInt(2) * (3 + random.nextInt(20));
            callsInPlace = random.nextInt(4);
            program = new RandomProgram(random, this::pause, MOST_TICKS);
            test = new TestPool(
                    task -> {
                        if (callsInPlace == 0) {
                            task.run();
                        } else {
                            interleaver.execute(task);
                        }
                    },
                    builder -> {
                        builder.createTimeout(Duration.ofMillis(20))
                                .validationTimeout(Duration.ofMillis(20))
                                .destroyTimeout(Duration.ofMillis(20));
                        program.configure(builder, random, thing -> {
                            thing.use(this::pause);
                            misbehave();
                            return sickness == 0 || chance.nextInt(sickness) > 0;
                        });
                    },
                    this::open);
            if (sickness > 0) {
                test.lettingCallsHang();
            }
            test.factory.everyCreate = this::misbehave;
            test.factory.everyDestroy = this::misbehave;
        }

        private void pause() {
            interleaver.point();
        }

        private DefaultPool<Thing> open(PoolConfig<Thing> config) {
            FakeTicker ticker = (FakeTicker) config.ticker();
            interleaver = new Interleaver(random.split(), ticker, this::checkWhileNobodyCanGoOn);
            lock = new InterleavedLock(interleaver, ticker);
            Parts<Thing> parts = Parts.of(config, housekeeper, new PoolLock(lock, lock, 0), random.split());
            lock.setBeforeGivingBack(new GiveBackCheck(parts)::run);
            return new DefaultPool<>(
                    TestPool.withStore(parts, new InterleavedStore(parts.idle())), () -> {}, interleaver);
        }

        /** What a call of user code may do instead of coming back at once. */
        private void misbehave() throws InterruptedException {
            interleaver.point();
            if (sickness == 0 || !interleaver.isOn() || chance.nextInt(sickness) > 0) {
                return;
            }
            switch (chance.nextInt(5)) {
                case 0 -> throw new IllegalStateException("it fails");
                case 1 -> throw new OutOfMemoryError("it fails badly");
                case 2 -> interleaver.sleep(Duration.ofMillis(chance.nextInt(20)));
                case 3 -> interleaver.sleep(Duration.ofMillis(20 + chance.nextInt(20))); // given up, and late
                default -> test.ticker.advance(Duration.ofMillis(chance.nextInt(8_000))); // the clock jumps
            }
        }

        long run() throws Exception {
            for (int i = 0; i < CALLERS; i++) {
                SplittableRandom own = random.split();
                interleaver.add(() -> program.call(test, own, STEPS));
            }
            interleaver.add(housekeeper);
            interleaver.run();
            long trace = interleaver.trace();
            program.checkAndClose(test);
            interleaver.throwFailure();
            return trace;
        }

        /**
         * P5 and P6, where all wait: for an object, for the lock, for time to pass. What is to be validated before it is leased
         * again may lie idle while as many are being validated as callers wait.
         */
        private void checkWhileNobodyCanGoOn() {
            Parts<Thing> parts = test.pool.parts();
            assertThat(lock.parked())
                    .as("P5: parked, though nobody is left who will wake them; %s", interleaver)
                    .isSubsetOf(waiting(parts.queue()));
            if (callsInPlace > 0) { // else a caller may be in the factory itself
                assertThat(overdue(parts.queue()))
                        .as("P6: waiters whose time is up; %s", interleaver)
                        .isZero();
            }
            boolean isInFactory = callsInPlace == 0 && parts.queue().has(WaitQueue.COMPETING); // who was woken
            if (!parts.queue().has(WaitQueue.QUEUED) || parts.queue().has(WaitQueue.SUSPENDED) || isInFactory) {
                return;
            }
            int[] inState = new int[Slot.RETIRING + 1];
            int[] unchecked = new int[1];
            parts.capacity().forEach(slot -> {
                inState[slot.state()]++;
                unchecked[0] += slot.state() == Slot.IDLE && Slot.isMarked(slot.word(), Slot.CHECK) ? 1 : 0;
            });
            int mayBeIdle = inState[Slot.VALIDATING] > 0 ? unchecked[0] : 0;
            assertThat(inState[Slot.IDLE])
                    .as(
                            "P5: idle while somebody waits; gate %d %s",
                            parts.queue().gate(), interleaver)
                    .isLessThanOrEqualTo(mayBeIdle);
        }

        /** The threads that stand in the queue. */
        private Set<Thread> waiting(WaitQueue<Thing> queue) {
            Set<Thread> threads = new HashSet<>();
            test.pool.parts().lock().run(() -> {
                for (Waiter<Thing> waiter = queue.head(); waiter != null; waiter = waiter.newer) {
                    if (waiter instanceof BlockedWaiter<Thing> blocked) {
                        threads.add(blocked.thread);
                    }
                }
            });
            return threads;
        }

        private int overdue(WaitQueue<Thing> queue) {
            long now = test.ticker.nanos();
            int[] overdue = new int[1];
            test.pool.parts().lock().run(() -> overdue[0] = queue.overdue(now).size());
            return overdue[0];
        }

        /** The housekeeper's thread: it ends as the last. */
        private final class HousekeeperTask implements Alarm, Runnable {
            private long nextRun;
            private boolean isSet;

            @Override
            public void noLaterThan(long instant) {
                nextRun = isSet ? Expiry.earlier(nextRun, instant) : instant;
                isSet = true;
            }

            @Override
            public void next(long instant) {
                nextRun = instant;
                isSet = true;
            }

            @Override
            public long lateness(long now) {
                return isSet ? now - nextRun : 0;
            }

            @Override
            public void run() {
                test.pool.housekeep();
                while (!interleaver.isOneLeft()) {
                    interleaver.await(interleaver::isOneLeft, () -> nextRun);
                    test.pool.housekeep();
                }
            }
        }

        /** Others may go on before and after each step of the store. */
        private final class InterleavedStore extends IdleStore<Thing> {
            private final IdleStore<Thing> store;

            InterleavedStore(IdleStore<Thing> store) {
                this.store = store;
            }

            @Override
            void push(Slot<Thing> slot) {
                interleaver.point();
                store.push(slot);
                interleaver.point();
            }

            @Override
            @Nullable
            Slot<Thing> pop() {
                interleaver.point();
                Slot<Thing> slot = store.pop();
                interleaver.point();
                return slot;
            }
        }
    }
}
