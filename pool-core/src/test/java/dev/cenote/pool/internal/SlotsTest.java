package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pool that was made smaller lets its slots go, and its history stays. */
class SlotsTest {

    private static final int LARGE = 1_000;
    private static final PoolLimits SMALL = new PoolLimits(10, 0, 100);

    private static int kept(TestPool test) {
        PoolLock lock = test.pool.engine().lock;
        lock.lock();
        try {
            return test.pool.engine().slots.kept();
        } finally {
            lock.unlock();
        }
    }

    private static TestPool filled(IdleOrder order) {
        TestPool test = new TestPool(it -> it.maxSize(LARGE).idleOrder(order).maxLifetime(Duration.ZERO));
        test.acquire(LARGE).forEach(Lease::close);
        assertThat(kept(test)).isEqualTo(LARGE);
        return test;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("F83")
    void slotsOfIdleObjectsGoWithThem(IdleOrder order) {
        try (TestPool test = filled(order)) {
            test.resize(SMALL);
            assertThat(test.stats().total()).isEqualTo(10);
            assertThat(kept(test)).isEqualTo(10);
            assertThat(test.stats().acquired()).isEqualTo(LARGE);
            assertThat(test.stats().released()).isEqualTo(LARGE);
            List<Lease<Thing>> leases = test.acquire(10);
            assertThat(test.pool.tryAcquire()).isEmpty();
            leases.forEach(Lease::close);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("F83")
    void slotsOfLeasedObjectsGoWhenTheyComeBack(IdleOrder order) {
        try (TestPool test = filled(order)) {
            List<Lease<Thing>> leases = test.acquire(LARGE);
            test.resize(SMALL);
            assertThat(kept(test)).isEqualTo(LARGE);
            leases.subList(0, LARGE - 10).forEach(Lease::close);
            assertThat(kept(test)).as("the last ten are leased still").isEqualTo(10);
            leases.subList(LARGE - 10, LARGE).forEach(Lease::close);
            assertThat(test.stats().idle()).isEqualTo(10);
            assertThat(test.stats().acquired()).isEqualTo(2 * LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void slotsThatAreEmptyButInTheStoreGoToo(IdleOrder order) {
        try (TestPool test =
                new TestPool(it -> it.maxSize(LARGE).idleOrder(order).idleTimeout(Duration.ofSeconds(4)))) {
            test.acquire(LARGE).forEach(Lease::close);
            test.advance(Duration.ofSeconds(1));
            test.advance(Duration.ofSeconds(5));
            assertThat(test.stats().total()).as("evicted").isZero();
            assertThat(kept(test)).isEqualTo(LARGE);
            test.resize(SMALL);
            assertThat(kept(test)).isEqualTo(10);
        }
    }

    @Test
    void theOrderOfWhatStaysIsTheSame() {
        try (TestPool test = filled(IdleOrder.LIFO)) {
            List<Lease<Thing>> leases = test.acquire(LARGE);
            test.resize(new PoolLimits(LARGE - 1, 0, 10));
            leases.get(0).close(); // one too many
            leases.get(1).close();
            leases.get(2).close();
            Thing second = leases.get(3).get();
            leases.get(3).close();
            Thing first = leases.get(4).get();
            leases.get(4).close();
            test.resize(new PoolLimits(LARGE - 2, 0, 10));
            test.resize(new PoolLimits(LARGE - 1, 0, 10));
            List<Lease<Thing>> again = test.acquire(2);
            assertThat(again.get(0).get()).isSameAs(second); // the first went, and then came what was left
            assertThat(first.destroyed.get()).isEqualTo(1);
            again.forEach(Lease::close);
            leases.subList(5, LARGE).forEach(Lease::close);
        }
    }

    @Test
    void aLeaseOfADroppedSlotStaysDeadThoughItsIndexIsUsedAgain() {
        try (TestPool test = new TestPool(it -> it.maxSize(100))) {
            List<Lease<Thing>> old = test.acquire(100);
            old.forEach(Lease::close);
            test.resize(new PoolLimits(1, 0, 10));
            test.resize(new PoolLimits(100, 0, 10));
            List<Lease<Thing>> leases = test.acquire(100);
            long stale = test.stats().staleCloses();
            old.forEach(Lease::close);
            assertThat(test.stats().staleCloses()).isEqualTo(stale + 100);
            assertThat(test.stats().leased()).isEqualTo(100);
            old.forEach(lease -> assertThatThrownBy(lease::get).isInstanceOf(IllegalStateException.class));
            leases.forEach(Lease::close);
            assertThat(test.stats().acquired()).isEqualTo(200);
        }
    }

    @Test
    @Tag("F83")
    void howeverOftenAPoolGrowsAndShrinksNoIndexIsFarBeyondItsSize() {
        Random random = new Random(17);
        try (TestPool test = new TestPool(it -> it.maxSize(LARGE).maxWaiters(LARGE))) {
            List<Lease<Thing>> leases = new ArrayList<>();
            long acquired = 0;
            for (int round = 0; round < 100; round++) {
                while (test.stats().leased() < test.pool.config().limits().maxSize() && leases.size() < 300) {
                    leases.add(random.nextInt(leases.size() + 1), test.acquire());
                    acquired++;
                }
                int kept = random.nextInt(5);
                while (leases.size() > kept) {
                    leases.remove(leases.size() - 1).close();
                }
                test.resize(new PoolLimits(random.nextInt(2) == 0 ? 5 : LARGE, 0, LARGE));
                PoolStats stats = test.stats();
                assertThat(stats.acquired()).isEqualTo(acquired);
                assertThat(stats.leased()).isEqualTo(leases.size());
                assertThat(kept(test)).isLessThanOrEqualTo(Math.max(300, stats.maxSize()));
                assertThat(test.pool.engine().slots.count()).isLessThanOrEqualTo(300);
                Oracle.checkQuiet(test);
            }
            leases.forEach(Lease::close);
        }
    }

    @Test
    void holesAreFilledAndTheArrayEndsWithASlot() {
        PoolLock lock = new PoolLock();
        Slots<Thing> capacity = new Slots<>(lock, new PoolLimits(100, 0, 0));
        lock.run(() -> {
            List<Slot<Thing>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(capacity.reserve());
            }
            capacity.setLimits(new PoolLimits(1, 0, 0));
            for (int i = 0; i < 100; i++) {
                if (i != 7 && i != 80) {
                    capacity.vacate(all.get(i));
                }
            }
            assertThat(capacity.kept()).isEqualTo(2);
            assertThat(capacity.count()).isEqualTo(81);
            assertThat(capacity.at(7)).isSameAs(all.get(7));
            assertThat(capacity.at(8)).isNull();
            assertThat(capacity.at(99)).isNull();
            capacity.vacate(all.get(80));
            assertThat(capacity.count()).isEqualTo(8);
            capacity.setLimits(new PoolLimits(100, 0, 0));
            Set<Integer> indexes = new HashSet<>();
            for (int i = 0; i < 99; i++) {
                indexes.add(capacity.reserve().index);
            }
            assertThat(capacity.reserve()).isNull();
            assertThat(indexes).hasSize(99).doesNotContain(7).allMatch(index -> index < 100);
        });
    }

    @Test
    void anEmptySlotStaysAsLongAsTheStoreHasIt() {
        PoolLock lock = new PoolLock();
        Slots<Thing> capacity = new Slots<>(lock, new PoolLimits(2, 0, 0));
        IdleStore<Thing> store = new IdleStore.Lifo<>(capacity);
        lock.run(() -> {
            Slot<Thing> below = capacity.reserve();
            Slot<Thing> slot = capacity.reserve();
            assertThat(slot.makeIdle(Slot.CREATING, 0)).isTrue();
            store.push(slot);
            assertThat(slot.tryTake(slot.word(), Slot.RETIRING)).isTrue(); // evicted: it stays in the store
            capacity.setLimits(new PoolLimits(1, 0, 0));
            capacity.vacate(slot);
            capacity.shed();
            assertThat(capacity.at(slot.index)).isSameAs(slot);
            assertThat(store.lease()).isNull(); // which takes it out
            capacity.shed();
            assertThat(capacity.at(slot.index)).isNull();
            assertThat(capacity.at(below.index)).isSameAs(below);
        });
    }
}
