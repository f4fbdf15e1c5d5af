package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Tasks;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Gate;
import org.jspecify.annotations.Nullable;

/**
 * Where the factory is one for the threads of callers ({@link Factory#creatingOnCaller}): a caller that needs an object makes it,
 * and a holder that invalidates one destroys it. Each takes two passes of the lock as a rule, and neither a task nor a waiter.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P4: a caller begins a create only while nothing is idle and nobody waits. So it came before all who queue meanwhile, and gets
 *       what it makes. If it makes nothing, it queues behind them.
 *   <li>P1, P14: such a create has its slot and its time-out, as each of the {@link Creator}'s, but covers no waiter. It begins
 *       only while fewer than {@code maxConcurrentCreates} are under way. Creates for waiters are limited as if this one did not
 *       exist, but for the probes of an outage.
 *   <li>None begins while creates fail: then callers queue, and the {@link CircuitBreaker} decides.
 *   <li>A thread destroys no more than the one object that it gives up, and only where a place is free at once.
 * </ol>
 */
public final class CallersCalls<T> {

    private final Parts<T> parts;
    private final PoolLock lock;
    private final Creator<T> creator;
    private final Retirement<T> retirement;
    private final CircuitBreaker breaker;
    private final boolean mayMake; // false if another thread has to look at what is made
    private final boolean isAlone; // no other pool's work is done between the lock and a call

    // The pool's factory, if it is one for callers' threads; written under the lock.
    private volatile @Nullable Factory<T> factory;

    public CallersCalls(Parts<T> parts, CircuitBreaker breaker, Creator<T> creator, Retirement<T> retirement) {
        this.parts = parts;
        lock = parts.lock();
        this.creator = creator;
        this.retirement = retirement;
        this.breaker = breaker;
        Validator<? super T> validator = parts.config().validator();
        mayMake =
                validator == null || validator.runsOnCaller() || !parts.config().validateOnCreate();
        isAlone = parts.config().budget() == null;
        Factory<T> first = creator.factory();
        factory = first.createsOnCaller() ? first : null;
    }

    /** From now on objects are made by that one. What another one has made is not destroyed by its holders: that may take long. */
    public void use(Factory<T> next, boolean createsOnCaller) {
        assert lock.isHeld();
        factory = createsOnCaller ? next : null;
    }

    /** Tells whether callers make objects. Needs no lock: {@link #create} looks again under it. */
    public boolean mayCreate() {
        return factory != null && mayMake;
    }

    /**
     * Makes an object, for a caller that came just now and found nothing that it can have. Called without the lock.
     *
     * @return its lease, or null if the caller has to queue
     */
    @Nullable
    public Grant<T> create(long now) {
        TimedCall<T> create;
        Factory<T> by;
        boolean isNext; // else its time begins after what is to be done before it
        lock.lock();
        try {
            by = factory;
            Slot<T> slot = by != null && mayBegin() ? parts.slots().reserve() : null;
            if (by == null || slot == null) {
                return null;
            }
            int round = breaker.tries(now);
            isNext = isAlone && !lock.hasAfterwards();
            create = isNext ? creator.calls.beginOnCaller(slot, now) : creator.calls.begin(slot);
            create.isCallers = true;
            create.round = round;
        } finally {
            lock.unlock();
        }
        try {
            if (isNext || creator.calls.enter(create, parts.now())) {
                Tasks.undisturbed(() -> creator.run(create, by, false));
            }
        } catch (Error | RuntimeException failure) { // the pool's own
            Grant<T> lost = create.grant;
            if (lost != null) {
                lost.slot().leaseEnd().release(lost.slot(), lost.word());
            }
            throw failure;
        }
        return create.grant;
    }

    private boolean mayBegin() {
        return parts.queue().size() == 0
                && parts.idle().isEmpty()
                && !parts.gate().has(Gate.NO_ACQUIRE)
                && !breaker.isFailing()
                && creator.calls.running() < parts.config().maxConcurrentCreates()
                && creator.calls.mayBegin(parts.slots().limits().maxSize());
    }

    /** How many creates run on threads of callers. Those of an earlier factory are left out. */
    public int creating() {
        return factory == null
                ? 0
                : (int) creator.calls.all().stream()
                        .filter(call -> call.isCallers && !call.outdated)
                        .count();
    }

    /**
     * Has an object destroyed that its holder has invalidated; its slot is RETIRING.
     *
     * @return what the holder has to do as soon as the lock is free; null if the pool destroys the object
     */
    @Nullable
    public Runnable retire(Slot<T> slot) {
        if (slot.factory() == factory) {
            return retirement.beginOnCaller(slot, DestroyReason.INVALIDATED);
        }
        retirement.begin(slot, DestroyReason.INVALIDATED);
        return null;
    }
}
