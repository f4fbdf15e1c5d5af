package dev.cenote.pool.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.internal.ManualExecutor;
import dev.cenote.pool.internal.RecordedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolLockTest {

    private final PoolLock lock = new PoolLock();
    private final List<String> done = new ArrayList<>();

    @Test
    void tasksRunBeforeCallbacksAndBothWithoutTheLock() {
        lock.run(() -> {
            lock.tell(() -> done.add("callback " + lock.isHeld()));
            lock.afterwards(() -> done.add("task " + lock.isHeld()));
            assertThat(lock.hasAfterwards()).isTrue();
        });
        assertThat(done).containsExactly("task false", "callback false");
        lock.run(() -> assertThat(lock.hasAfterwards()).isFalse());
    }

    @Test
    void threadsAreCalledWithoutTheLockAndBeforeAnythingElse() {
        List<Turn> turns =
                Stream.of("one", "two", "three").<Turn>map(this::telling).toList();
        lock.run(() -> {
            lock.afterwards(() -> done.add("task"));
            turns.forEach(lock::call);
            assertThat(done).isEmpty();
        });
        assertThat(done).containsExactly("one false", "two false", "three false", "task");
        lock.run(() -> {});
        assertThat(done).as("called once").hasSize(4);
    }

    @Test
    void aThreadThatCannotBeCalledKeepsNoOtherFromBeingCalledNorWhatComesAfterwards() {
        Turn sick = new Turn() {
            @Override
            public void call() {
                throw new OutOfMemoryError("wanted");
            }
        };
        List<String> log = RecordedLog.during(() -> lock.run(() -> {
            lock.afterwards(() -> done.add("task"));
            lock.call(sick);
            lock.call(telling("one"));
        }));
        assertThat(done).containsExactly("one false", "task");
        assertThat(log)
                .filteredOn(line -> line.startsWith("A waiting thread")) // pools of other tests may log, too
                .containsExactly("A waiting thread could not be called" + Help.on("your-code-threw"));
    }

    private Turn telling(String name) {
        return new Turn() {
            @Override
            public void call() {
                done.add(name + " " + lock.isHeld());
            }
        };
    }

    @Test
    void aThreadIsCalledThoughTheInvariantIsBroken() throws Exception {
        Turn turn = new Turn();
        lock.setInvariant(() -> false);
        assertThatThrownBy(() -> lock.run(() -> lock.call(turn))).isInstanceOf(AssertionError.class);
        turn.await(Long.MAX_VALUE); // would never end
    }

    @Test
    void whoDoesNotHoldTheLockGivesNothingBack() {
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void whatAnActionThrowsIsLoggedAndTheNextOneRuns() {
        List<String> log = RecordedLog.during(() -> lock.run(() -> {
            lock.afterwards(() -> {
                throw new StackOverflowError("wanted");
            });
            lock.afterwards(() -> done.add("next"));
        }));
        assertThat(done).containsExactly("next");
        assertThat(log)
                .filteredOn(line -> line.startsWith("What was to be done")) // pools of other tests may log, too
                .containsExactly("What was to be done after unlocking failed" + Help.on("your-code-threw"));
    }

    @Test
    void aThreadIsAtWorkWhileItRunsAnActionAndNotAfterwards() {
        lock.run(() -> lock.tell(() -> done.add("at work: " + lock.isAtWork())));
        assertThat(done).containsExactly("at work: true");
        assertThat(lock.isAtWork()).isFalse();
    }

    @Test
    void callbacksNestToABoundedDepthAndAllAreRun() {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        nest(100, depth, deepest, false);
        assertThat(done).hasSize(100);
        assertThat(deepest.get()).isBetween(2, 20);
    }

    @Test
    void tasksNestToABoundedDepthAndAllAreRun() {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        nest(100, depth, deepest, true);
        assertThat(done).hasSize(100);
        assertThat(deepest.get()).isBetween(2, 20);
    }

    private void nest(int more, AtomicInteger depth, AtomicInteger deepest, boolean asTask) {
        if (more == 0) {
            return;
        }
        Runnable action = () -> {
            deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
            done.add("action");
            nest(more - 1, depth, deepest, asTask);
            depth.decrementAndGet();
        };
        lock.run(() -> {
            if (asTask) {
                lock.afterwards(action);
            } else {
                lock.tell(action);
            }
        });
    }

    @Test
    void aBrokenInvariantIsSaidAndTheLockIsFreeAfterwards() {
        lock.setInvariant(() -> false);
        assertThatThrownBy(() -> lock.run(() -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("invariant");
        lock.setInvariant(() -> true);
        assertThat(lock.test(() -> true)).isTrue();
        assertThat(lock.test(() -> false)).isFalse();
    }

    @Test
    void listenersAreToldInOrderAndThenOneFutureIsCompletedHere() {
        ManualExecutor threads = new ManualExecutor();
        lock.setCompleting(threads);
        lock.run(() -> {
            lock.complete(() -> done.add("future " + lock.isHeld() + " " + lock.isAtWork()));
            lock.tell(() -> done.add("listener"));
            lock.tell(() -> done.add("next"));
        });
        assertThat(done).containsExactly("listener", "next", "future false true");
        assertThat(threads.size()).isZero();
    }

    @Test
    void severalFuturesAreCompletedElsewhere() {
        ManualExecutor threads = new ManualExecutor();
        lock.setCompleting(threads);
        lock.run(() -> {
            for (int i = 0; i < 3; i++) {
                lock.complete(() -> done.add("future " + lock.isAtWork()));
            }
            lock.tell(() -> done.add("listener"));
        });
        assertThat(done).containsExactly("listener");
        threads.runAll();
        assertThat(done).containsExactly("listener", "future true", "future true", "future true");
        assertThat(lock.isAtWork()).isFalse();
    }

    @Test
    void whoAsksForThatCompletesNoFuture() {
        ManualExecutor threads = new ManualExecutor();
        lock.setCompleting(threads);
        lock.lock();
        lock.complete(() -> done.add("future"));
        lock.unlockCompletingNone();
        assertThat(done).isEmpty();
        threads.runAll();
        assertThat(done).containsExactly("future");
    }

    @Test
    void futuresThatWereCompletedTooDeepAreCompletedElsewhereIfTheyAreSeveral() {
        ManualExecutor threads = new ManualExecutor();
        lock.setCompleting(threads);
        completeTwiceAtDepth(Afterwards.DEEPEST);
        assertThat(done).containsExactly("listener");
        threads.runAll();
        assertThat(done).containsExactly("listener", "future", "future");
    }

    /** The second is completed by a callback of its own, as another pool's lock would have it. */
    private void completeTwiceAtDepth(int depth) {
        lock.run(() -> lock.tell(() -> {
            if (depth > 1) {
                completeTwiceAtDepth(depth - 1);
            } else {
                lock.run(() -> lock.complete(() -> done.add("future")));
                lock.run(() -> {
                    lock.complete(() -> done.add("future"));
                    lock.tell(() -> done.add("listener"));
                });
            }
        }));
    }
}
