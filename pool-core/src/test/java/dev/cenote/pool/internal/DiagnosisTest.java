package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolSlot;
import dev.cenote.pool.PoolSlot.State;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.PoolWaiter;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

    @Test
    void theTableShowsStateAgeUsesAndHolder() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).minIdle(1))) {
            executor.runAll();
            Lease<Thing> lease = test.pool.tryAcquire().orElseThrow();
            test.advance(Duration.ofSeconds(1));
            executor.runAll();
            test.advance(Duration.ofSeconds(3));
            CompletableFuture<Lease<Thing>> other = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> waits = test.pool.acquireAsync();
            String[] lines = test.pool.toString().split("\\R");
            assertThat(lines[0]).contains(test.name).contains("leased 2");
            assertThat(lines[1]).contains("slot", "state", "age", "uses", "for", "holder");
            assertThat(lines[2])
                    .containsPattern("LEASED +4000 ms +1 +3000 ms +"
                            + Thread.currentThread().getName());
            assertThat(lines[3]).containsPattern("LEASED +3000 ms +1 .*asynchronous");
            assertThat(lines[4]).contains("CREATING");
            executor.runAll();
            lease.close();
            other.join().close();
            waits.join().close();
        }
    }

    @Test
    void theSlotTableHasARowForEachObjectAndForEachThatIsBeingMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).minIdle(1))) {
            executor.runAll();
            Lease<Thing> lease = test.pool.tryAcquire().orElseThrow();
            test.advance(Duration.ofSeconds(1));
            executor.runAll(); // makes an idle one in its place
            CompletableFuture<Void> warm = test.pool.warmUp(test.pool.stats().total() + 1);
            test.advance(Duration.ofSeconds(3));
            List<PoolSlot> rows = test.pool.slots();
            assertThat(rows)
                    .extracting(PoolSlot::index, PoolSlot::state, PoolSlot::uses)
                    .startsWith(tuple(0, State.LEASED, 1L), tuple(1, State.IDLE, 0L))
                    .endsWith(tuple(rows.size() - 1, State.CREATING, 0L));
            assertThat(rows).hasSize(test.pool.stats().total() + 1);
            assertThat(rows.get(0).age()).isEqualTo(Duration.ofSeconds(4));
            assertThat(rows.get(0).unchangedFor()).isEqualTo(Duration.ofSeconds(3));
            assertThat(rows.get(0).holder().threadId())
                    .isEqualTo(Thread.currentThread().getId());
            assertThat(rows).filteredOn(row -> row.state() != State.LEASED).allMatch(row -> row.holder() == null);
            assertThat(rows.get(rows.size() - 1).age()).isZero();
            executor.runAll();
            assertThat(warm).isCompleted();
            lease.close();
            assertThat(rows.get(0).state()).as("a copy").isEqualTo(State.LEASED);
        }
    }

    @Test
    void theWaitersAreToldInTheirOrderWithWhoTheyAreAndHowLongTheyHaveAndHad() throws InterruptedException {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            Thread thread = new Thread(
                    () -> test.pool
                            .acquireUninterruptibly(Duration.ofSeconds(9))
                            .close(),
                    "the one who waits");
            thread.start();
            Await.until(() -> test.pool.stats().waiters() == 1);
            test.ticker.advance(Duration.ofSeconds(2));
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync(Duration.ofSeconds(3));
            test.ticker.advance(Duration.ofSeconds(1));
            assertThat(test.pool.waiters(2))
                    .containsExactly(
                            new PoolWaiter(
                                    thread.getId(), "the one who waits", Duration.ofSeconds(3), Duration.ofSeconds(6)),
                            new PoolWaiter(0, "", Duration.ofSeconds(1), Duration.ofSeconds(2)));
            assertThat(test.pool.waiters(2))
                    .extracting(PoolWaiter::who)
                    .containsExactly("the one who waits", "(asynchronous)");
            assertThat(test.pool.waiters(1)).hasSize(1);
            assertThat(new PoolWaiter(7, "", Duration.ZERO, Duration.ZERO).who())
                    .isEqualTo("thread #7");
            assertThatThrownBy(() -> test.pool.waiters(-1)).hasMessage("most must be 0 or more, but was -1");
            held.close();
            future.join().close();
            thread.join();
        }
    }

    @Test
    void aTimeoutNamesTheOldestHolder() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            test.advance(Duration.ofSeconds(1));
            test.advance(Duration.ofSeconds(7));
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO))
                    .isInstanceOfSatisfying(PoolTimeoutException.class, timeout -> {
                        assertThat(timeout.holders()).hasSize(1);
                        assertThat(timeout.holders().get(0).threadName())
                                .isEqualTo(Thread.currentThread().getName());
                        assertThat(timeout.holders().get(0).heldFor()).isEqualTo(Duration.ofSeconds(7));
                    })
                    .hasMessageContaining("oldest holders");
            held.close();
        }
    }

    @Test
    void theTableEndsAfterAHundredRowsAndSaysHowManyMoreThereAre() {
        try (TestPool test = new TestPool(it -> it.maxSize(103).minIdle(100).maxConcurrentCreates(103))) {
            assertThat(test.pool.toString()).doesNotContain("more");
            assertThat(test.pool.toString().lines().count()).isEqualTo(102);
            assertThat(test.pool.warmUp(103)).isCompleted();
            assertThat(test.pool.toString()).endsWith("… and 3 more");
            assertThat(test.pool.toString().lines().count()).isEqualTo(103);
        }
    }

    @Test
    @Tag("F90")
    void theTableHasNoNegativeTimesThoughTheHousekeeperLooksMeanwhile() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).minIdle(1))) {
            AtomicInteger reads = new AtomicInteger();
            test.ticker.beforeRead = () -> {
                if (reads.incrementAndGet() == 2) {
                    Slot<Thing> slot = test.pool.engine().slots.at(0);
                    test.ticker.advance(Duration.ofSeconds(5));
                    slot.observe(slot.word(), test.ticker.nanos(), 0);
                }
            };
            assertThat(test.pool.toString()).contains("IDLE").doesNotContainPattern("-[0-9]+ ms");
            assertThat(reads).hasValueGreaterThan(1);
        }
    }

    @Test
    @Tag("F90")
    void aLeaseIsToldWithItsPool() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            assertThat(held.toString()).contains("pool '" + test.name + "'");
            held.close();
        }
    }

    @Test
    @Tag("F90")
    void aThreadThatCanNotBeFoundIsToldAsWhatItMayBe() throws InterruptedException {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            List<Lease<Thing>> held = new CopyOnWriteArrayList<>();
            Thread thread = new Thread(() -> held.add(test.acquire()));
            thread.start();
            thread.join();
            String who =
                    "#" + thread.getId() + (Runtime.version().feature() < 21 ? " (ended)" : " (virtual, or ended)");
            assertThat(test.pool.toString()).contains("thread " + who);
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO)).hasMessageContaining("[thread " + who + " for ");
            held.get(0).close();
        }
    }

    @Test
    @Tag("F90")
    void aFullQueueNamesTheSettingThatBoundsIt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(0))) {
            Lease<Thing> held = test.acquire();
            assertThatThrownBy(() -> test.pool.acquire()).hasMessageContaining("maxWaiters (0)");
            held.close();
        }
    }

    private static LeaseHolder onlyHolder(TestPool test) {
        PoolTimeoutException timeout =
                catchThrowableOfType(PoolTimeoutException.class, () -> test.pool.acquire(Duration.ZERO));
        assertThat(timeout.holders()).hasSize(1);
        return timeout.holders().get(0);
    }

    @Test
    @Tag("F90")
    void forHowLongALeaseIsHeldLiesBetweenTwoLooksOfTheHousekeeper() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).minIdle(1))) {
            test.advance(Duration.ofSeconds(1));
            test.ticker.advance(Duration.ofMillis(200));
            Lease<Thing> held = test.acquire();
            test.ticker.advance(Duration.ofMillis(300));
            assertThat(onlyHolder(test).toString())
                    .as("not seen yet")
                    .isEqualTo(Thread.currentThread().getName() + " for 0 to 500 ms");
            test.advance(Duration.ofMillis(500));
            assertThat(onlyHolder(test).toString()).endsWith(" for 0 to 1000 ms");
            test.advance(Duration.ofSeconds(2));
            assertThat(onlyHolder(test))
                    .extracting(LeaseHolder::heldFor, LeaseHolder::heldForAtMost)
                    .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(3));
            held.close();
        }
    }

    @Test
    void anObjectThatWasLeasedAsItWasMadeIsHeldForNoLongerThanItExists() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.advance(Duration.ofSeconds(1));
            test.ticker.advance(Duration.ofMillis(700));
            Lease<Thing> held = test.acquire();
            test.ticker.advance(Duration.ofMillis(300));
            assertThat(onlyHolder(test).toString()).endsWith(" for 0 to 300 ms");
            held.close();
        }
    }
}
