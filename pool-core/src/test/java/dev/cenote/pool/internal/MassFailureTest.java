package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many callers who fail at one moment share what it costs to tell them why. */
class MassFailureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static <X extends PoolException> X failure(CompletableFuture<?> future, Class<X> type) {
        return type.cast(future.handle((lease, thrown) -> thrown).join()); // as it is: a wrapper asks for its message
    }

    // --- one picture for all

    @Test
    @Tag("F70")
    void callersWhoseTimeIsUpAtOnceShareOnePictureOfThePool() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).maxWaiters(100))) {
            Lease<Thing> held = test.acquire();
            Lease<Thing> other = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(100, SECOND);
            test.advance(SECOND);
            PoolStats stats =
                    failure(futures.get(0), PoolTimeoutException.class).stats();
            assertThat(stats.leased()).isEqualTo(2);
            assertThat(stats.timeouts()).isEqualTo(100);
            assertThat(futures)
                    .allSatisfy(it -> assertThat(
                                    failure(it, PoolTimeoutException.class).stats())
                            .isSameAs(stats));
            held.close();
            other.close();
        }
    }

    @Test
    @Tag("F70")
    void callersWhoFailByTheCloseShareOnePictureOfThePool() {
        TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(100));
        try (test) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(100, SECOND);
            assertThat(test.pool.shutdown(SECOND)).isNotDone();
            PoolStats stats = failure(futures.get(0), PoolClosedException.class).stats();
            assertThat(futures)
                    .allSatisfy(it -> assertThat(
                                    failure(it, PoolClosedException.class).stats())
                            .isSameAs(stats));
            held.close();
        }
    }

    @Test
    @Tag("F70")
    void threadsWhoWantAPictureWhileOneIsTakenShareTheNextOne() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Diagnosis<Thing> diagnosis = new Diagnosis<>(test.pool.engine());
            PoolStats before = diagnosis.stats();
            List<CompletableFuture<PoolStats>> pictures = new ArrayList<>();
            test.pool.engine().lock.lock();
            for (int i = 0; i < 3; i++) {
                CompletableFuture<PoolStats> picture = new CompletableFuture<>();
                waiting(started(() -> picture.complete(diagnosis.stats()))); // parked for the lock
                pictures.add(picture);
            }
            test.pool.engine().lock.unlock();
            PoolStats shared = pictures.get(0).join();
            assertThat(shared).isNotSameAs(before);
            assertThat(pictures).allSatisfy(it -> assertThat(it.join()).isSameAs(shared));
            assertThat(diagnosis.stats()).as("the next who comes").isNotSameAs(shared);
        }
    }

    @Test
    @Tag("F70")
    void whoFailsAloneSeesThePoolAsItIsThoughTheClockStandsStill() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            List<Lease<Thing>> leases = test.acquire(3);
            for (int i = 1; i <= 3; i++) {
                PoolTimeoutException late = catchThrowableOfType(
                        PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
                assertThat(late.stats().timeouts()).isEqualTo(i);
                assertThat(late.stats().acquired()).isEqualTo(2 + i);
                leases.remove(0).close();
                leases.add(test.acquire());
            }
            leases.forEach(Lease::close);
        }
    }

    @Test
    @Tag("F70")
    void holdersAreThoseOfTheMomentAndTheirNamesAreLookedUpOnceForAllWhoAskForThem() {
        Thread here = Thread.currentThread();
        String name = here.getName();
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            test.advance(SECOND);
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(2, SECOND);
            test.advance(SECOND);
            held.close();
            test.advance(SECOND.multipliedBy(60));
            here.setName("later");
            PoolTimeoutException one = failure(futures.get(0), PoolTimeoutException.class);
            PoolTimeoutException other = failure(futures.get(1), PoolTimeoutException.class);
            assertThat(one.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.threadName()).isEqualTo("later");
                assertThat(holder.heldFor()).isEqualTo(SECOND);
            });
            here.setName("later still");
            assertThat(other.holders()).isEqualTo(one.holders());
            assertThat(other).hasMessageContaining("oldest holders [later for 1000");
        } finally {
            here.setName(name);
        }
    }

    @Test
    void theFiveWhoHoldLongestAreToldTheOldestFirst() {
        try (TestPool test = new TestPool(it -> it.maxSize(9))) {
            List<Lease<Thing>> leases = test.acquire(9);
            leases.get(0).close(); // free, for the order of the slots is not to be that of the leases
            List<Lease<Thing>> later = new ArrayList<>();
            test.advance(SECOND);
            later.add(test.acquire());
            test.advance(SECOND);
            test.advance(SECOND);
            leases.get(4).close();
            later.add(test.acquire());
            PoolTimeoutException late = catchThrowableOfType(
                    PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
            assertThat(late.holders())
                    .extracting(LeaseHolder::heldFor)
                    .containsExactly(
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2));
            leases.subList(1, 4).forEach(Lease::close);
            leases.subList(5, 9).forEach(Lease::close);
            later.get(1).close();
            List<Lease<Thing>> more = test.acquire(2);
            PoolTimeoutException again = catchThrowableOfType(PoolTimeoutException.class, () -> {
                more.addAll(test.acquire(6));
                test.pool.acquireUninterruptibly(Duration.ZERO);
            });
            assertThat(again.holders()).hasSize(5);
            assertThat(again.holders().get(0).heldFor()).isEqualTo(SECOND);
            assertThat(again.holders().get(1).heldFor()).isZero();
            later.get(0).close();
            more.forEach(Lease::close);
        }
    }

    @Test
    void aTimeoutThatIsSerializedTakesItsHoldersAlong() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            PoolTimeoutException late = catchThrowableOfType(
                    PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(late);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                PoolTimeoutException read = (PoolTimeoutException) in.readObject();
                assertThat(read.holders()).hasSize(1).isEqualTo(late.holders());
                assertThat(read).hasMessage(late.getMessage());
                assertThat(read.stats()).isEqualTo(late.stats());
            }
            held.close();
        }
    }

    @Test
    @Tag("F70")
    void callersWhoFailByAFailedCreateShareOnePictureOfThePool() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(1).maxWaiters(100).maxConcurrentCreates(1))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(50, SECOND);
            executor.runAll();
            PoolStats stats =
                    failure(futures.get(0), CreateFailedException.class).stats();
            assertThat(stats.creationFailures()).isEqualTo(1);
            assertThat(futures)
                    .allSatisfy(it -> assertThat(
                                    failure(it, CreateFailedException.class).stats())
                            .isSameAs(stats));
        }
    }
}
