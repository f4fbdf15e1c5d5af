package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Budget;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pools that share a budget. */
@Timeout(60)
class SharingTest {

    private static final int QUANTUM = 8;
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<TestPool> pools = new ArrayList<>();

    private TestPool open(Budget budget, Consumer<PoolBuilder<Thing>> settings) {
        TestPool test = new TestPool(builder -> {
            builder.budget(budget);
            settings.accept(builder);
        });
        pools.add(test);
        return test;
    }

    private TestPool open(Budget budget) {
        return open(budget, it -> it.maxSize(10));
    }

    @AfterEach
    void close() {
        pools.forEach(TestPool::close);
    }

    /** A pool whose callers always want one more object than there is, as a program sees it. */
    private static final class Saturated {
        final TestPool test;
        final ArrayDeque<Lease<Thing>> held = new ArrayDeque<>();
        private final Queue<CompletableFuture<Lease<Thing>>> waiting = new ArrayDeque<>();
        int leases;

        Saturated(TestPool test, int holders) {
            this.test = test;
            for (int i = 0; i < holders; i++) {
                held.add(test.acquire());
            }
            for (int i = 0; i < 20; i++) {
                waiting.add(test.pool.acquireAsync(LONG));
            }
        }

        /** One holder is done. */
        void releaseOne() {
            Lease<Thing> lease = held.poll();
            if (lease != null) {
                lease.close();
            }
            collect();
        }

        void collect() {
            while (!waiting.isEmpty() && waiting.peek().isDone()) {
                held.add(waiting.remove().join());
                leases++;
                waiting.add(test.pool.acquireAsync(LONG));
            }
        }

        void end() {
            waiting.forEach(it -> it.cancel(false));
            waiting.stream().filter(it -> !it.isCancelled()).forEach(it -> held.add(it.join()));
            held.forEach(Lease::close);
        }
    }

    private int existing() {
        return pools.stream()
                .map(TestPool::stats)
                .mapToInt(stats -> stats.total() + stats.creating())
                .sum();
    }

    @Test
    @Tag("P14")
    void aSuspendedPoolTakesNoPlaceUntilItIsResumed() {
        Budget budget = Budget.of(1);
        TestPool a = open(budget);
        TestPool b = open(budget);
        a.acquire().close();
        b.pool.suspend();
        CompletableFuture<Lease<Thing>> waiter = b.pool.acquireAsync(LONG);
        assertThat(a.stats().idle()).as("nothing is evicted for it").isEqualTo(1);
        a.acquire().close();
        assertThat(waiter).isNotDone();
        b.pool.resume();
        waiter.join().close();
        assertThat(a.stats().total()).isZero();
    }

    /** The budget has a place again, which only concerns pools that have told it that they are hungry. */
    @Test
    @Tag("P14")
    void whatABudgetHasLeftDoesNotDecideWhetherHelpIsComing() {
        Budget budget = Budget.of(2);
        TestPool a = open(budget);
        TestPool b = open(budget);
        Lease<Thing> held = a.acquire();
        a.pool.invalidateAll(); // so the object ends when it comes back
        a.factory.isWorthRetrying = false;
        CompletableFuture<?>[] ofB = new CompletableFuture<?>[1];
        a.factory.everyCreate = () -> {
            ofB[0] = b.pool.acquireAsync(LONG); // gets the place of this create
            throw new IllegalStateException("wrong password");
        };
        CompletableFuture<Lease<Thing>> waiter = a.pool.acquireAsync(LONG);
        Lease<?> ofOther = (Lease<?>) ofB[0].join();
        assertThat(waiter).as("an object of its own may still end").isNotDone();
        ofOther.invalidate(); // one place is left
        assertThat(a.pool.waiters(1)).hasSize(1);
        held.close();
        assertThat(waiter).isCompletedExceptionally();
        a.factory.recover();
    }

    @Test
    @Tag("P16")
    void allPoolsTogetherHaveNoMoreObjectsThanTheBudget() {
        Budget budget = Budget.of(3);
        TestPool a = open(budget);
        TestPool b = open(budget);
        List<Lease<Thing>> held = new ArrayList<>(a.acquire(2));
        held.addAll(b.acquire(1));
        CompletableFuture<Lease<Thing>> waiter = b.pool.acquireAsync(LONG);
        assertThat(waiter).isNotDone();
        assertThat(existing()).isEqualTo(3);
        held.get(0).close();
        waiter.join().close();
        assertThat(existing()).isEqualTo(3);
        held.subList(1, 3).forEach(Lease::close);
    }

    @Test
    @Tag("P16")
    void anObjectThatIsBeingDestroyedKeepsItsPlace() {
        Budget budget = Budget.of(1);
        ManualExecutor executor = new ManualExecutor();
        TestPool a = new TestPool(executor, it -> it.budget(budget).maxSize(1));
        pools.add(a);
        TestPool b = open(budget);
        Lease<Thing> lease = a.acquireMade(1).get(0);
        CompletableFuture<Lease<Thing>> waiter = b.pool.acquireAsync(LONG);
        lease.invalidate();
        assertThat(waiter).isNotDone();
        executor.runAll();
        waiter.join().close();
    }

    @Test
    @Tag("P16")
    void aDetachedObjectGivesItsPlaceToThePoolThatIsHungry() {
        Budget budget = Budget.of(1);
        TestPool a = open(budget);
        TestPool b = open(budget);
        Lease<Thing> lease = a.acquire();
        CompletableFuture<Lease<Thing>> waiter = b.pool.acquireAsync(LONG);
        a.detach(lease);
        waiter.join().close();
    }

    @Test
    @Tag("P18")
    void anIdleObjectOfAnotherPoolIsEvictedAtOnce() {
        Budget budget = Budget.of(2);
        TestPool a = open(budget);
        TestPool b = open(budget);
        a.acquire(2).forEach(Lease::close);
        b.acquire().close();
        assertThat(a.stats().destroyed(DestroyReason.YIELDED)).isEqualTo(1);
        assertThat(a.stats().idle()).as("no more than was wanted").isEqualTo(1);
    }

    @Test
    @Tag("P18")
    void theObjectThatHasBeenIdleLongestIsEvicted() {
        Budget budget = Budget.of(4);
        List<TestPool> users = List.of(open(budget), open(budget), open(budget));
        Thing oldest = null;
        for (int used : List.of(1, 2, 0)) {
            users.get(used).acquire(used == 1 ? 2 : 1).forEach(Lease::close);
            for (TestPool each : users) {
                each.advance(Duration.ofSeconds(1));
                each.advance(Duration.ofSeconds(1));
            }
            oldest = oldest == null ? users.get(1).factory.made.get(0) : oldest;
        }
        TestPool hungry = open(budget);
        hungry.acquire().close();
        assertThat(users).extracting(it -> it.stats().destroyed()).containsExactly(0L, 1L, 0L);
        Lease<Thing> again = users.get(1).acquire();
        again.close();
        users.forEach(it -> it.advance(Duration.ofSeconds(1)));
        users.forEach(it -> it.advance(Duration.ofSeconds(1)));
        List<Lease<Thing>> more = hungry.acquire(2);
        more.forEach(Lease::close);
        assertThat(users).extracting(it -> it.stats().destroyed()).containsExactly(0L, 1L, 1L);
    }

    @Test
    @Tag("P18")
    void anObjectThatBecomesIdleWhileAnotherPoolIsHungryGoes() {
        Budget budget = Budget.of(1);
        TestPool a = open(budget);
        TestPool b = open(budget);
        Lease<Thing> lease = a.acquire();
        CompletableFuture<Lease<Thing>> waiter = b.pool.acquireAsync(LONG);
        assertThat(a.has(Gate.WATCHED)).isTrue();
        lease.close();
        waiter.join().close();
        assertThat(a.stats().destroyed(DestroyReason.YIELDED)).isEqualTo(1);
    }

    @Test
    @Tag("P18")
    void aPoolThatMustBeAskedIsFastAgainWhenNobodyIsHungry() {
        Budget budget = Budget.of(2);
        TestPool a = open(budget);
        TestPool b = open(budget);
        List<Lease<Thing>> held = a.acquire(2);
        b.pool.acquireAsync(LONG).cancel(false);
        assertThat(a.has(Gate.WATCHED)).isTrue();
        held.forEach(Lease::close);
        assertThat(a.has(Gate.WATCHED)).isFalse();
        assertThat(a.stats().idle())
                .as("a waiter that has gone costs nobody an object")
                .isEqualTo(2);
    }

    @Test
    @Tag("P18")
    void aSuspendedPoolGivesUpItsIdleObjects() {
        Budget budget = Budget.of(1);
        TestPool a = open(budget);
        TestPool b = open(budget);
        a.acquire().close();
        a.pool.suspend();
        b.acquire().close();
        a.pool.resume();
    }

    @Test
    @Tag("P17")
    void aPoolWithoutObjectsWaitsForTheQuantumOfASaturatedOne() {
        Budget budget = Budget.of(3);
        Saturated saturated = new Saturated(open(budget), 3);
        TestPool hungry = open(budget);
        for (int round = 0; round < 3; round++) {
            CompletableFuture<Lease<Thing>> waiter = hungry.pool.acquireAsync(LONG);
            int before = saturated.leases;
            while (!waiter.isDone()) {
                saturated.releaseOne();
                assertThat(saturated.leases - before).isLessThanOrEqualTo(QUANTUM);
            }
            waiter.join().close(); // nobody waits there: the place goes back
            saturated.collect();
        }
        saturated.end();
    }

    @Test
    @Tag("P17")
    void amongManySaturatedPoolsEachIsServedWithinTheSumOfTheOthersQuanta() {
        int others = 6;
        Budget budget = Budget.of(2);
        List<Saturated> saturated = new ArrayList<>();
        saturated.add(new Saturated(open(budget), 2));
        for (int i = 1; i < others; i++) {
            saturated.add(new Saturated(open(budget), 0));
        }
        TestPool light = open(budget);
        for (int round = 0; round < 5; round++) {
            CompletableFuture<Lease<Thing>> waiter = light.pool.acquireAsync(LONG);
            int before = saturated.stream().mapToInt(it -> it.leases).sum();
            for (int step = 0; !waiter.isDone(); step++) {
                saturated.get(step % others).releaseOne();
                saturated.forEach(Saturated::collect);
            }
            int leases = saturated.stream().mapToInt(it -> it.leases).sum() - before;
            assertThat(leases).as("round " + round).isLessThanOrEqualTo(others * QUANTUM);
            waiter.join().close();
            saturated.forEach(Saturated::collect);
        }
        assertThat(saturated).as("nobody starves").allMatch(it -> it.leases > 0);
        saturated.forEach(Saturated::end);
    }

    @Test
    @Tag("P19")
    void ofSaturatedPoolsAtMostOneLeaseInAQuantumCostsAConversion() {
        Budget budget = Budget.of(3);
        List<Saturated> saturated = new ArrayList<>();
        saturated.add(new Saturated(open(budget), 3));
        for (int i = 1; i < 5; i++) {
            saturated.add(new Saturated(open(budget), 0));
        }
        for (int step = 0; step < 5_000; step++) {
            saturated.get(step % 5).releaseOne();
            saturated.forEach(Saturated::collect);
        }
        long leases = saturated.stream().mapToLong(it -> it.leases).sum();
        long conversions = saturated.stream()
                .mapToLong(it -> it.test.stats().destroyed(DestroyReason.YIELDED))
                .sum();
        assertThat(leases).isGreaterThan(900);
        assertThat(conversions).isPositive().isLessThanOrEqualTo(leases / QUANTUM);
        saturated.forEach(Saturated::end);
    }

    @Test
    @Tag("P18")
    void ofSeveralIdleObjectsOfAPoolTheOneGoesThatHasBeenIdleLongest() {
        Budget budget = Budget.of(2);
        TestPool idle = open(budget);
        Lease<Thing> first = idle.acquire();
        Lease<Thing> second = idle.acquire();
        Thing longest = first.get();
        first.close();
        idle.advance(Duration.ofSeconds(2));
        second.close();
        idle.advance(Duration.ofSeconds(2));
        open(budget).acquire().close();
        assertThat(longest.destroyed.get()).isEqualTo(1);
        assertThat(idle.stats().idle()).isEqualTo(1);
    }

    @Test
    @Tag("P14")
    void whatIsReservedIsTakenNoSoonerThanItCanBeUsed() {
        ManualExecutor executor = new ManualExecutor();
        Budget budget = Budget.of(3);
        Saturated saturated = new Saturated(open(budget), 3);
        TestPool reserving = new TestPool(
                executor, it -> it.budget(budget).maxSize(3).minIdle(3).reserved(3));
        pools.add(reserving);
        saturated.releaseOne();
        saturated.releaseOne();
        saturated.releaseOne();
        assertThat(saturated.test.stats().total())
                .as("until the factory has made an object, one is made at a time")
                .isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            executor.runAll();
            saturated.releaseOne();
        }
        executor.runAll();
        assertThat(reserving.stats().idle()).isEqualTo(3);
        saturated.end();
    }

    /** A thread that had read its hint before that leases what the budget has just said must go. */
    @Test
    @Tag("P14")
    @Tag("P18")
    void whatWasToGoAndIsLeasedAfterAllDoesNotCountAsOnItsWay() {
        Budget budget = Budget.of(1);
        List<Runnable> faster = new ArrayList<>();
        TestPool idle = open(new Intercepted(budget, faster));
        TestPool hungry = open(budget);
        idle.acquire().close();
        Slot<Thing> slot = idle.pool.engine().slots.array()[0];
        List<Long> leased = new ArrayList<>();
        faster.add(() -> leased.add(slot.tryLease()));
        CompletableFuture<Lease<Thing>> waiter = hungry.pool.acquireAsync(LONG);
        assertThat(leased).hasSize(1).doesNotContain(0L);
        assertThat(waiter).isNotDone();
        new PooledLease<>(slot, leased.get(0)).close();
        assertThat(waiter).isDone();
        waiter.join().close();
        assertThat(idle.stats().total()).isZero();
    }

    /** A budget that lets somebody else run after it has said that an object has to go. */
    private record Intercepted(Budget budget, List<Runnable> afterwards) implements Budget {
        @Override
        public int max() {
            return budget.max();
        }

        @Override
        public Share join(Member member) {
            Share share = budget.join(member);
            return (Share) Proxy.newProxyInstance(
                    Share.class.getClassLoader(), new Class<?>[] {Share.class}, (self, method, arguments) -> {
                        Object result = method.invoke(share, arguments);
                        if (method.getName().equals("mayKeep") && !(boolean) result) {
                            List.copyOf(afterwards).forEach(Runnable::run);
                            afterwards.clear();
                        }
                        return result;
                    });
        }
    }

    @Test
    @Tag("P17")
    void whatIsReservedIsLentAndComesBackWithTheNextRelease() {
        Budget budget = Budget.of(2);
        TestPool admin = open(budget, it -> it.maxSize(1).reserved(1));
        Saturated saturated = new Saturated(open(budget), 2);
        assertThat(saturated.test.stats().total()).as("lent").isEqualTo(2);
        CompletableFuture<Lease<Thing>> waiter = admin.pool.acquireAsync(LONG);
        saturated.releaseOne();
        assertThat(waiter).as("at once, though the others have waiters").isDone();
        waiter.join().close();
        saturated.collect();
        assertThat(admin.stats().idle()).as("and is not evicted").isEqualTo(1);
        saturated.end();
    }

    @Test
    @Tag("P14")
    void aPoolThatWaitsForItsNextTryHoldsNoPlace() {
        Budget budget = Budget.of(1);
        TestPool failing = open(budget, it -> it.maxSize(1).openTimeout(LONG).createBackoff(LONG, LONG));
        TestPool well = open(budget);
        failing.factory.failNextCreate(new IOException("down"));
        CompletableFuture<Lease<Thing>> waiter = failing.pool.acquireAsync(Duration.ofMinutes(5));
        assertThat(failing.stats().creationFailures()).isEqualTo(1);
        Lease<Thing> held = well.acquire();
        failing.pass(LONG);
        assertThat(waiter).isNotDone();
        assertThat(failing.stats().creationFailures()).isEqualTo(1);
        held.close();
        waiter.join().close();
    }

    @Test
    @Tag("P14")
    void aPlaceThatNobodyWantsAnyMoreGoesToTheNext() {
        Budget budget = Budget.of(1);
        TestPool a = open(budget);
        TestPool b = open(budget);
        TestPool c = open(budget);
        Lease<Thing> held = a.acquire();
        CompletableFuture<Lease<Thing>> first = b.pool.acquireAsync(LONG);
        CompletableFuture<Lease<Thing>> second = c.pool.acquireAsync(LONG);
        b.pool.suspend();
        held.close();
        second.join().close();
        assertThat(first).isNotDone();
        b.pool.resume();
        first.join().close();
    }

    @Test
    @Tag("P14")
    void minIdleTakesFreePlacesAndEvictsNobody() {
        Budget budget = Budget.of(3);
        TestPool a = open(budget);
        List<Lease<Thing>> held = a.acquire(2);
        held.forEach(Lease::close);
        TestPool b = open(budget, it -> it.maxSize(3).minIdle(2));
        assertThat(b.stats().idle()).as("the place that is free").isEqualTo(1);
        assertThat(a.stats().idle()).isEqualTo(2);
        a.resize(new PoolLimits(1, 0, 10));
        assertThat(b.stats().idle()).as("it hears of a place that comes free").isEqualTo(2);
    }

    @Test
    @Tag("P5")
    void aPollingCallerGetsAnObjectThoughOthersHaveAllPlacesIdle() {
        Budget budget = Budget.of(1);
        TestPool a = open(budget);
        TestPool b = open(budget);
        a.acquire().close();
        b.pool.tryAcquire().or(b.pool::tryAcquire).orElseThrow().close();
    }

    @Test
    @Tag("P12")
    void aClosedPoolGivesAllItsPlacesBack() {
        Budget budget = Budget.of(2);
        TestPool a = open(budget, it -> it.maxSize(2).reserved(1));
        TestPool b = open(budget);
        List<Lease<Thing>> held = a.acquire(2);
        CompletableFuture<Lease<Thing>> waiter = b.pool.acquireAsync(LONG);
        CompletableFuture<Void> closed = a.pool.shutdown(Duration.ZERO);
        assertThat(closed).isDone();
        waiter.join().close();
        held.forEach(Lease::close);
        b.acquire(2).forEach(Lease::close);
        open(budget, it -> it.maxSize(2).reserved(2));
    }

    /** Its own holder is on its way to see to that; a thread of another pool comes first. */
    @Test
    @Tag("P6")
    void aValidatorThatCallersAskRunsOnNoThreadOfAnotherPool() {
        ManualExecutor executor = new ManualExecutor();
        int[] asked = new int[1];
        Validator<Thing> validator = thing -> ++asked[0] > 0;
        TestPool test = new TestPool(
                executor,
                it -> it.budget(Budget.of(1)).validator(validator.onCaller()).validateIfIdleFor(Duration.ZERO));
        pools.add(test);
        CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync(LONG);
        executor.runAll();
        CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(LONG);
        assertThat(lease).isDone();
        Engine<Thing> engine = test.pool.engine();
        Slot<Thing> slot = engine.slots.at(0);
        assertThat(slot.tryRelease(slot.word(), engine.release.idleMark)).isTrue();
        engine.idle.push(slot);
        engine.sharing.offered(); // by the budget, on the thread of another pool
        assertThat(asked[0]).isZero();
        executor.runAll();
        assertThat(asked[0]).isEqualTo(1);
        waiter.join().close();
    }
}
