package dev.cenote.pool.internal;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a free slot meets a waiter.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>P4: whoever is served here is the head of the queue.
 *   <li>P5: when the lock is free, either nobody waits, or the pool is suspended, or nothing that may be leased is idle
 *       but what its releaser is about to bring here, or (eventual fairness) the head is on its way to take it.
 *   <li>P14: when the lock is free and somebody waits whom no operation covers ({@link Operations#covering}), while there is
 *       room for one more object, as many creates as may be are under way that are not slow, or the alarm is set for the
 *       next try; or the {@link CircuitBreaker} leaves the next try to callers, or abandoned creates hold all threads.
 *   <li>No more objects exist than may, those being destroyed left out, or nothing is idle: {@link #cover} is the one step
 *       that is taken when capacity comes free, and trims first.
 * </ol>
 *
 * <p><b>The argument for P5.</b> A waiter is linked, and the gate set, under the lock, and the idle store looked at after
 * that ({@link #cover}); where something unchecked lies on top, at the words of all slots. A releaser makes the slot idle,
 * pushes it onto the store if it is not there, and then reads the gate, and if it is not open comes here ({@link #offered}). Gate, word and store are volatile, so in their one total
 * order either that read comes after the waiter set the gate; or the push came before the waiter's look at the store, and
 * the waiter finds the slot. A slot that somebody else has popped is on its way to a lease, whose end walks the same
 * path, or is pushed back by one who then queues, or reads the gate and looks under the lock. Every other way in which capacity comes free
 * (invalidate, detach, the end of a create, a validation or a destroy, an eviction, a resize, a resume, a waiter that
 * leaves) is walked under the lock and ends with {@link #cover} or {@link #refill}.
 *
 * <p><b>Linearization:</b> an acquire that is served here: the CAS of the slot's word, under the lock.
 */
final class Handoff<T> implements SlotEvents<T> {

    /** How often a slot is leased and released between two looks at the clock. */
    private static final int LEASES_BETWEEN_LOOKS = 16;

    private final Parts<T> parts;
    private final PoolLock lock;
    private final WaitQueue<T> queue;
    private final IdleStore<T> idle;
    private final Capacity<T> capacity;
    private final Diagnosis<T> diagnosis;
    private final CircuitBreaker breaker;
    private final int idleMark;
    final Creator<T> creator;
    final Validation<T> validation;
    final Retirement<T> retirement;
    final Renewal<T> renewal;
    final Shrinking<T> shrinking;
    final Milestones<T> milestones;
    final Sizing<T> sizing;
    private final ReadyCount ready;
    private Runnable whenEmpty = () -> {}; // guarded by the lock

    /**
     * @param idleMark what a slot is marked with when it becomes idle: CHECK if it is always to be validated, or 0
     */
    Handoff(Parts<T> parts, Diagnosis<T> diagnosis, int idleMark) {
        this.parts = parts;
        this.diagnosis = diagnosis;
        this.idleMark = idleMark;
        lock = parts.lock();
        queue = parts.queue();
        idle = parts.idle();
        capacity = parts.capacity();
        retirement = new Retirement<>(parts, this);
        breaker = parts.breaker();
        creator = new Creator<>(parts, retirement, this);
        validation = new Validation<>(parts, this);
        renewal = new Renewal<>(parts, retirement);
        shrinking = new Shrinking<>(parts, retirement);
        milestones = new Milestones<>(parts, this::existing, diagnosis::picture);
        sizing = new Sizing<>(parts, this::refill);
        ready = new ReadyCount(capacity::count, this::countReady);
        lock.setInvariant(this::isHelpComing);
    }

    // --- capacity that comes free

    /** Ends a lease whose release needs more than the CAS. False if the lease is dead. */
    boolean release(Slot<T> slot, long leaseWord) {
        lock.lock();
        try {
            boolean wasLive = slot.tryEndLease(leaseWord, Slot.VALIDATING);
            if (wasLive) {
                reset(slot);
            }
            return wasLive;
        } finally {
            lock.unlock();
        }
    }

    /** A releaser has offered a slot to the store, and then found the gate no longer open. */
    void offered(int gate, long leaseWord) {
        if (gate == (WaitQueue.QUEUED | WaitQueue.COMPETING) && !isCompetitorLate(leaseWord)) {
            return; // the head is on its way, and will look at the store when it has cleared COMPETING
        }
        lock.lock();
        try {
            if ((gate & WaitQueue.DORMANT) != 0) {
                parts.alarm().noLaterThan(parts.now());
            }
            Waiter<T> head = queue.head();
            if (head != null && !queue.isStrict()) {
                queue.tightenOrder(head, parts.now()); // it may be a future, or without a processor: so not only itself
            }
            if (queue.has(WaitQueue.QUEUE_FIRST | WaitQueue.SUSPENDED | WaitQueue.OVERSIZE) || !queue.wakeHead()) {
                cover();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Now and then, and then if the head has been on its way for too long: it may have no processor to run on. */
    private boolean isCompetitorLate(long leaseWord) {
        return Slot.generation(leaseWord) % LEASES_BETWEEN_LOOKS == 0 && queue.isCompetitorOverdue(parts.now());
    }

    /** A waiter gives up. Unlinks it; whatever it was woken for goes to the next. */
    void leave(Waiter<T> waiter) {
        assert lock.isHeld();
        queue.remove(waiter);
        if (queue.isBack(waiter)) {
            cover();
        }
    }

    @Override
    public void created(Slot<T> slot, boolean isOutdated) {
        if (isOutdated) {
            slot.move(Slot.CREATING, Slot.RETIRING);
            retirement.begin(slot, DestroyReason.REPLACED);
        } else {
            renewal.created(parts.now());
            settle(slot, Slot.CREATING, true, idleMark);
        }
        refill();
    }

    @Override
    public void createFailed(Throwable cause) {
        renewal.forget();
        if (breaker.isOpen()) {
            milestones.createFailed(cause);
        }
        if (breaker.isOpen() && isBare() && creator.operations.running() == 0) {
            Picture picture = diagnosis.picture();
            failAll(() -> new CreateFailedException(picture.stats(), cause));
        }
        refill();
    }

    /** Why a newcomer should not wait: there is nothing, and nothing can be made at the moment. Null if it should. */
    @Nullable
    Throwable outage() {
        assert lock.isHeld();
        Throwable refusal = breaker.refusal(parts.now());
        return refusal != null && isBare() ? refusal : null;
    }

    /**
     * There is no object that could come back, or lie idle, for a waiter. One whose life is over brings nobody anything when
     * it comes back, but for the room to make another one, if there is none.
     */
    private boolean isBare() {
        return !queue.has(WaitQueue.SUSPENDED) && (existing() == 0 || (capacity.room() > 0 && !hasLasting()));
    }

    /** Tells whether an object may be leased again, now or when it comes back. Looks at all slots if there is none. */
    private boolean hasLasting() {
        for (Slot<T> slot : capacity.array()) {
            if (slot != null && isLasting(slot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLasting(Slot<?> slot) {
        long word = slot.word();
        int state = Slot.state(word);
        return (state == Slot.IDLE || state == Slot.LEASED || state == Slot.VALIDATING)
                && !Slot.isMarked(word, Slot.RETIRE)
                && !slot.isUsedUp(word);
    }

    @Override
    public void validated(Slot<T> slot) {
        settle(slot, Slot.VALIDATING, true, 0);
        cover();
    }

    @Override
    public void reset(Slot<T> slot) {
        settle(slot, Slot.VALIDATING, idleMark == 0, idleMark);
        cover();
    }

    @Override
    public void rejected(Slot<T> slot, DestroyReason reason) {
        slot.move(Slot.VALIDATING, Slot.RETIRING);
        retirement.begin(slot, reason);
        cover();
    }

    @Override
    public void vacated() {
        refill();
    }

    /** Where an object in the pool's hands goes: to its end, to the head of the queue, or to the idle ones. */
    private void settle(Slot<T> slot, int from, boolean isReady, int mark) {
        DestroyReason reason = endOf(slot);
        Waiter<T> head = queue.head();
        if (reason != null) {
            slot.move(from, Slot.RETIRING);
            retirement.begin(slot, reason);
        } else if (head != null && isReady && !queue.has(WaitQueue.SUSPENDED)) {
            serve(head, new Grant<>(slot, slot.lend(from)));
        } else {
            if (slot.makeIdle(from, mark)) {
                idle.push(slot);
            }
        }
    }

    /** Why the object must not be leased again, or null if it may. */
    private @Nullable DestroyReason endOf(Slot<T> slot) {
        long word = slot.word();
        if (Slot.isMarked(word, Slot.RETIRE)) {
            return slot.retireReason();
        }
        if (queue.has(WaitQueue.CLOSED)) {
            return DestroyReason.CLOSED;
        }
        if (slot.isUsedUp(word)) {
            return DestroyReason.USED_UP;
        }
        return shrinking.isOversize() ? DestroyReason.SHRUNK : null;
    }

    // --- the meeting

    /**
     * What is done whenever capacity may have come free: destroys what is idle and too much, serves the oldest waiters from
     * what is idle, and sees to it that objects come for the rest.
     */
    void cover() {
        assert lock.isHeld();
        shrinking.trim();
        if (queue.has(WaitQueue.SUSPENDED | WaitQueue.CLOSED)) {
            return;
        }
        serveFromStore();
        failIfNothingComes();
        if (uncovered() > 0) {
            sizing.wanted(existing() + 1);
        }
        ensure(0);
        if (queue.head() != null && breaker.isLeftToCallers() && isBare() && creator.operations.running() == 0) {
            failAll(); // the pool does not try by itself, and these have had their try
        }
    }

    private void failAll() {
        Throwable why = breaker.lastFailure();
        if (why != null) {
            Picture picture = diagnosis.picture();
            failAll(() -> new CreateFailedException(picture.stats(), why));
        }
    }

    private void ensure(int forOthers) {
        Waiter<T> head = queue.head();
        creator.ensure(wanted(forOthers), head == null ? Expiry.FOREVER : head.timeoutNanos());
    }

    /** P14, as it stands in invariant 3. */
    private boolean isHelpComing() {
        return queue.has(WaitQueue.CLOSED)
                || capacity.room() <= 0
                || creator.operations.covering()
                        >= Math.min(
                                uncovered(),
                                breaker.isFailing() ? 1 : parts.config().maxConcurrentCreates())
                || breaker.isRetrySet()
                || (breaker.isLeftToCallers() && (!isBare() || retirement.occupying() > 0)) // whose end is looked at
                || creator.isProbedEnough()
                || creator.isStuck();
    }

    /** A waiter that has just queued waits for operations that were begun for others: they must not take too much of its time. */
    void hasten(Waiter<T> waiter) {
        assert lock.isHeld();
        long now = parts.now();
        boolean isCheckSlow = validation.checks.hasten(waiter.timeoutNanos(), now);
        boolean isCreateSlow = creator.hasten(waiter.timeoutNanos(), now);
        if (isCheckSlow || isCreateSlow) {
            cover();
        }
    }

    /** Like {@link #cover}, and has objects made until enough are idle. */
    void refill() {
        milestones.changed();
        if (queue.has(WaitQueue.CLOSED) && capacity.occupied() == 0) {
            whenEmpty.run();
        }
        cover();
        int minIdle = capacity.limits().minIdle();
        if (minIdle == 0 || queue.has(WaitQueue.SUSPENDED | WaitQueue.CLOSED)) {
            return;
        }
        ensure(Math.max(0, minIdle - ready.get(existing())));
    }

    /** The housekeeper looks whether enough are idle. */
    void refillExactly() {
        ready.forget();
        refill();
    }

    private int countReady() {
        int[] found = new int[1];
        capacity.forEach(slot -> found[0] += slot.state() == Slot.IDLE || slot.state() == Slot.VALIDATING ? 1 : 0);
        return found[0];
    }

    /** Leases what needs no check, if there is something, though what does may lie before it. */
    @Nullable
    Grant<T> takeReady() {
        assert lock.isHeld();
        ArrayDeque<Slot<T>> unchecked = new ArrayDeque<>(1);
        Grant<T> grant = idle.lease(unchecked, 1);
        if (grant == null && !unchecked.isEmpty()) {
            grant = capacity.leaseReady(0);
        }
        idle.pushBack(unchecked);
        return grant;
    }

    /** Has one object made or validated, if one can be, for somebody who does not wait for it. */
    void prepareOne() {
        assert lock.isHeld();
        validation.checks.hastenForTry(parts.now());
        if (validation.checks.covering() > 0) {
            return;
        }
        for (Slot<T> slot = idle.pop(); slot != null; slot = idle.pop()) {
            long seen = slot.word();
            if (Slot.state(seen) == Slot.IDLE && Slot.isMarked(seen, Slot.CHECK)) {
                validate(slot);
                return;
            }
            if (Slot.state(seen) == Slot.IDLE || !slot.tryDrop(seen)) {
                idle.push(slot); // there is one already
                return;
            }
        }
        sizing.wanted(existing() + 1);
        breaker.ask();
        ensure(1);
    }

    /**
     * Serves the oldest waiters with what can be leased at once, and has as much validated of the rest as they need. What
     * needs a check is set aside meanwhile, as much of it as may be needed: a good object may lie behind it. That is looked for
     * among the slots: to pop thousands of unchecked ones, and push them back, would take a millisecond for each who comes.
     */
    private void serveFromStore() {
        if (queue.head() == null) {
            return;
        }
        ArrayDeque<Slot<T>> unchecked = new ArrayDeque<>(2);
        serveFrom(() -> idle.lease(unchecked, Math.max(1, uncovered())));
        if (!unchecked.isEmpty()) {
            int[] from = new int[1];
            serveFrom(() -> {
                Grant<T> grant = capacity.leaseReady(from[0]);
                from[0] = grant == null ? from[0] : grant.slot().index + 1;
                return grant;
            });
        }
        while (uncovered() > 0 && !unchecked.isEmpty()) {
            validate(unchecked.poll());
        }
        idle.pushBack(unchecked);
    }

    private void serveFrom(Supplier<@Nullable Grant<T>> source) {
        for (Waiter<T> next = queue.head(); next != null; next = queue.head()) {
            Grant<T> grant = source.get();
            if (grant == null) {
                return;
            }
            serve(next, grant);
        }
    }

    /**
     * Has a popped slot validated that is idle and marked for it, which nobody can change while the lock is held. Where no
     * validation can begin, its object is replaced: a new one needs none.
     */
    private void validate(Slot<T> slot) {
        if (!slot.tryTakePopped(slot.word(), Slot.VALIDATING)) {
            throw new AssertionError("bug: somebody took " + slot);
        }
        if (validation.mayBegin()) {
            validation.begin(slot);
        } else {
            slot.move(Slot.VALIDATING, Slot.RETIRING);
            retirement.begin(slot, DestroyReason.REPLACED);
        }
    }

    private void serve(Waiter<T> head, Grant<T> grant) {
        queue.remove(head);
        queue.isBack(head);
        parts.counters().served(head.waits());
        head.serve(grant, lock);
        if (!queue.isStrict()) {
            queue.relaxOrder(parts.now());
        }
    }

    /**
     * How many objects should be made: for those who wait, for others, and until as many exist as are to. What no caller has
     * asked for is made one by one until the factory has made an object: with wrong credentials several log-ins at once may
     * lock an account.
     */
    private int wanted(int forOthers) {
        int owed = breaker.isProbeOwed() ? 1 : 0;
        int most = creator.isProven() ? Integer.MAX_VALUE : 1;
        int unasked = Math.min(most, renewal.wanted() + forOthers);
        int forPolicy = Math.min(most, sizing.target() - existing());
        int toBeWarm = milestones.target() - existing();
        return Math.max(Math.max(owed, uncovered() + unasked), Math.max(forPolicy, toBeWarm));
    }

    /** How many objects should exist, whether they are used or not; 0 if nothing says so. */
    int target() {
        return Math.max(milestones.target(), sizing.target());
    }

    /** Objects that are alive: idle, leased, being validated or reset. */
    int existing() {
        return capacity.occupied() - creator.operations.occupying() - retirement.occupying();
    }

    /** Tells whether an object is being made, looked at or destroyed. */
    boolean isAtWork() {
        return creator.operations.occupying() > 0 || validation.isAtWork() || retirement.operations.occupying() > 0;
    }

    /** Waiters for whom no idle object is being validated. */
    private int uncovered() {
        return queue.has(WaitQueue.SUSPENDED) ? 0 : Math.max(0, queue.size() - validation.checks.covering());
    }

    /** Waiters that only a release can serve, since every place holds an object in use: those that {@code maxWaiters} bounds. */
    int waitingForRelease() {
        assert lock.isHeld();
        if (queue.has(WaitQueue.SUSPENDED)) {
            return queue.size();
        }
        int inUse = existing() - validation.checks.occupying() - validation.resets.occupying();
        return queue.size() - Math.max(0, capacity.limits().maxSize() - inUse);
    }

    // --- waiters that fail

    /** While the breaker is open nobody waits for what can't come, whenever the last object went. */
    private void failIfNothingComes() {
        Throwable why = queue.head() == null || creator.operations.running() > 0 ? null : outage();
        if (why != null) {
            Picture picture = diagnosis.picture();
            failAll(() -> new CreateFailedException(picture.stats(), why));
        }
    }

    void failAll(Supplier<? extends RuntimeException> why) {
        assert lock.isHeld();
        for (Waiter<T> head = queue.head(); head != null; head = queue.head()) {
            queue.remove(head);
            queue.isBack(head);
            head.fail(why, lock);
        }
    }

    // --- generations, and the end

    /** What to do, under the lock, when the pool is closed and its last object is gone. */
    void setWhenEmpty(Runnable action) {
        assert lock.isHeld();
        whenEmpty = action;
    }
}
