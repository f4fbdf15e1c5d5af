package dev.cenote.pool.internal.run;

import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.Interleaving;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CompletionsTest {

    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger threads = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);

    private void complete(List<Runnable> all) {
        new Completions(
                        all,
                        Runnable::run,
                        task -> {
                            threads.incrementAndGet();
                            Interleaving.started(task);
                        },
                        atWork)
                .begin();
    }

    @Test
    void inPlaceAllAreDoneInOrderWhenItReturns() {
        List<Integer> done = new ArrayList<>();
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            all.add(() -> done.add(number));
        }
        new Completions(all, Runnable::run, Runnable::run, atWork).begin();
        assertThat(done).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(atWork).hasValue(0);
    }

    @Test
    void eachIsDoneOnceByHoweverManyThreads() {
        AtomicInteger[] done = new AtomicInteger[1_000];
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < done.length; i++) {
            AtomicInteger count = new AtomicInteger();
            done[i] = count;
            boolean blocks = i % 100 == 0;
            all.add(() -> {
                count.incrementAndGet();
                if (blocks) {
                    Interleaving.awaitUninterruptibly(end);
                }
            });
        }
        complete(all);
        for (AtomicInteger count : done) {
            Await.until(() -> count.get() == 1);
        }
        assertThat(threads.get())
                .as("one for each that blocks, and one that watches")
                .isGreaterThanOrEqualTo(10);
        end.countDown();
        Await.until(() -> atWork.get() == 0);
        for (AtomicInteger count : done) {
            assertThat(count).hasValue(1);
        }
    }

    @Test
    void noMoreThreadsThanMayAreBlockedAndTheRestIsDoneAfterwards() {
        int all = Completions.MOST_THREADS + 50;
        AtomicInteger blocked = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Runnable> blocking = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            blocking.add(() -> {
                blocked.incrementAndGet();
                Interleaving.awaitUninterruptibly(end);
                done.incrementAndGet();
            });
        }
        complete(blocking);
        Await.until(() -> blocked.get() == Completions.MOST_THREADS);
        CountDownLatch waited = new CountDownLatch(1);
        Interleaving.started(() -> {
            for (int i = 0; i < 10_000; i++) {
                Thread.yield();
            }
            waited.countDown();
        });
        Interleaving.awaitUninterruptibly(waited);
        assertThat(blocked).hasValue(Completions.MOST_THREADS);
        end.countDown();
        Await.until(() -> done.get() == all);
    }

    @Test
    void aLoneOneNeedsNobodyWhoWatches() {
        CountDownLatch done = new CountDownLatch(1);
        complete(List.of(done::countDown));
        Interleaving.awaitUninterruptibly(done);
        assertThat(threads).hasValue(1);
    }

    @Test
    void theOneThatWatchesLooksEverLessOftenWhileAllAreBlocked() {
        atWork.set(Completions.MOST_THREADS); // with the futures of others
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        List<Long> parked = new CopyOnWriteArrayList<>();
        new Completions(
                        List.of(
                                () -> {
                                    blocked.countDown();
                                    Interleaving.awaitUninterruptibly(end);
                                },
                                done::countDown),
                        Runnable::run,
                        Interleaving::started,
                        atWork,
                        nanos -> {
                            Interleaving.awaitUninterruptibly(blocked);
                            parked.add(nanos);
                            if (parked.size() == 100) {
                                end.countDown();
                                Interleaving.awaitUninterruptibly(done);
                            }
                        })
                .begin();
        Interleaving.awaitUninterruptibly(done);
        assertThat(parked.get(0)).isEqualTo(Completions.PATIENCE_NANOS);
        assertThat(parked.subList(10, 100)).containsOnly(Completions.MOST_PATIENCE_NANOS);
    }
}
