package dev.cenote.pool.internal.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.TestPool;
import dev.cenote.pool.internal.Thing;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queue and its gate, without a pool. */
class WaitQueueTest {

    private static final long BOUND = 1_000_000;
    private static final long THREAD = 7;

    private final PoolLock lock = new PoolLock();
    private final Hints<Thing> hints = new Hints<>(lock, true);
    private final Slot<Thing> slot = new Slot<>(0);
    private final Gate gate = new Gate(lock, hints);
    private final WaitQueue<Thing> strict = new WaitQueue<>(lock, Fairness.STRICT, gate);
    private final WaitQueue<Thing> eventual = new WaitQueue<>(lock, Fairness.eventual(Duration.ofNanos(BOUND)), gate);

    /** For the rest of the test, on its own thread. */
    private void lock() {
        lock.lock();
        hints.set(THREAD, slot);
    }

    private Waiter.Blocked<Thing> waiter(long now, long timeout) {
        return new Waiter.Blocked<>(lock.newTurn(), now, timeout);
    }

    private Waiter.Blocked<Thing> waiter(long now) {
        return waiter(now, 10 * BOUND);
    }

    private boolean areHintsOpen() {
        return hints.get(THREAD) == slot;
    }

    @BeforeEach
    void makeTheHints() {
        hints.prepare();
    }

    @Test
    void strictlyNobodyOvertakesWhileSomebodyWaits() {
        lock();
        Waiter.Blocked<Thing> waiter = waiter(0);
        strict.add(waiter);
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED | Gate.QUEUE_FIRST);
        assertThat(areHintsOpen()).isFalse();
        strict.relaxOrder(0);
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED | Gate.QUEUE_FIRST);
        strict.remove(waiter);
        assertThat(gate.bits()).isZero();
        assertThat(areHintsOpen()).isTrue();
    }

    @Test
    void eventuallyNewcomersOvertakeUntilTheOldestHasWaitedForTheBound() {
        lock();
        Waiter.Blocked<Thing> waiter = waiter(5);
        eventual.add(waiter);
        assertThat(areHintsOpen()).isTrue();
        eventual.tightenOrder(waiter, 5 + BOUND - 1);
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED);
        eventual.tightenOrder(waiter, 5 + BOUND);
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED | Gate.QUEUE_FIRST);
        assertThat(areHintsOpen()).isFalse();
    }

    @Test
    void eventuallyNewcomersOvertakeAgainOnceTheOldestHasNotWaitedForSoLong() {
        lock();
        Waiter.Blocked<Thing> old = waiter(0);
        Waiter.Blocked<Thing> young = waiter(BOUND);
        eventual.add(old);
        eventual.add(young);
        eventual.tightenOrder(old, BOUND);
        eventual.relaxOrder(BOUND);
        assertThat(areHintsOpen()).as("the oldest waits for too long").isFalse();
        eventual.remove(old);
        eventual.relaxOrder(2 * BOUND);
        assertThat(areHintsOpen()).as("so does the next").isFalse();
        eventual.relaxOrder(2 * BOUND - 1);
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED);
        assertThat(areHintsOpen()).isTrue();
    }

    @Test
    void aBitThatIsClearedLeavesTheOthers() {
        lock();
        gate.set(Gate.SUSPENDED | Gate.OVERSIZE);
        gate.clear(Gate.OVERSIZE);
        assertThat(gate.bits()).isEqualTo(Gate.SUSPENDED);
        assertThat(areHintsOpen()).isFalse();
        gate.clear(Gate.OVERSIZE);
        assertThat(gate.bits()).isEqualTo(Gate.SUSPENDED);
    }

    @Test
    void oneHeadAtATimeIsWokenToCompete() {
        lock();
        assertThat(eventual.wakeHead()).as("nobody waits").isTrue();
        Waiter.Blocked<Thing> first = waiter(0);
        Waiter.Blocked<Thing> second = waiter(0);
        eventual.add(first);
        eventual.add(second);
        assertThat(eventual.endCompetition(first)).as("nobody was woken").isFalse();
        assertThat(eventual.wakeHead()).isTrue();
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED | Gate.COMPETING);
        assertThat(eventual.wakeHead()).isTrue();
        assertThat(eventual.endCompetition(second)).isFalse();
        assertThat(eventual.endCompetition(first)).isTrue();
        assertThat(gate.bits()).isEqualTo(Gate.QUEUED);
    }

    @Test
    void aCompetitorIsOverdueWhenItHasWaitedForTheBound() {
        lock();
        Waiter.Blocked<Thing> head = waiter(5);
        eventual.add(head);
        eventual.wakeHead();
        assertThat(eventual.isCompetitorOverdue(5 + BOUND - 1)).isFalse();
        assertThat(eventual.isCompetitorOverdue(5 + BOUND)).isTrue();
    }

    @Test
    void theOverdueAreToldOldestFirstAndTheEarliestDeadlineOfTheRest() {
        lock();
        Waiter.Blocked<Thing> first = waiter(0, 20);
        Waiter.Blocked<Thing> second = waiter(0, 10);
        Waiter.Blocked<Thing> third = waiter(0, 40);
        Waiter.Blocked<Thing> fourth = waiter(0, 30);
        strict.add(first);
        strict.add(second);
        strict.add(third);
        strict.add(fourth);
        assertThat(strict.earliestDeadline()).isEqualTo(10);
        assertThat(strict.overdue(9)).isEmpty();
        assertThat(strict.overdue(20)).containsExactly(first, second);
        assertThat(strict.earliestDeadline()).isEqualTo(30);
    }

    @Test
    void whoLeavesFromTheMiddleIsNotInTheQueueAnyMore() {
        lock();
        Waiter.Blocked<Thing> first = waiter(0);
        Waiter.Blocked<Thing> second = waiter(0);
        Waiter.Blocked<Thing> third = waiter(0);
        strict.add(first);
        strict.add(second);
        strict.add(third);
        strict.remove(second);
        assertThat(strict.size()).isEqualTo(2);
        strict.remove(first);
        assertThat(strict.head()).isSameAs(third);
        strict.remove(third);
        assertThat(strict.head()).isNull();
        assertThat(strict.size()).isZero();
    }

    @Test
    void aPoolLetsNewcomersOvertakeAgainAsSoonAsItsOldestWaiterIsYoungEnough() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(Fairness.eventual(Duration.ofMillis(1))))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            test.ticker.advance(Duration.ofMillis(2));
            CompletableFuture<Lease<Thing>> young = test.pool.acquireAsync();
            held.close();
            assertThat(test.has(Gate.QUEUE_FIRST)).isTrue();
            first.join().close();
            assertThat(test.has(Gate.QUEUE_FIRST)).isFalse();
            second.join().close();
            young.join().close();
        }
    }

    @Test
    @Tag("P5")
    void aThreadThatCallsCountsAsStartingUnlessTheOrderIsRelaxedOrItHasMoreToDo() {
        lock();
        assertThat(strict.beginCall()).as("it calls nobody").isFalse();
        lock.call(lock.newTurn());
        assertThat(eventual.beginCall()).isFalse();
        assertThat(strict.beginCall()).isTrue();
        strict.endCall();
        lock.afterwards(() -> {});
        assertThat(strict.beginCall()).as("what it has to do may take long").isFalse();
    }
}
