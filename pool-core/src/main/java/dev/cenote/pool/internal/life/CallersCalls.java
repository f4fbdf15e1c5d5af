package dev.cenote.pool.internal.life;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Gate;
import org.jspecify.annotations.Nullable;

/**
 * Makes an object on the thread of the caller that needs it, where the factory is one for that ({@link Factory#onCaller}): two passes
 * of the lock, and neither a task nor a waiter.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P4: such a create begins only while nobody waits; so its caller came before all who queue meanwhile, and gets the object.
 *   <li>P1, P14: it is one of the creates of the {@link Creator}, with its slot, its time-out and its place among {@code
 *       maxConcurrentCreates}, but covers no waiter.
 *   <li>None begins while creates fail: then callers queue, and the {@link CircuitBreaker} decides.
 * </ol>
 */
public final class CallersCalls<T> {

    private final Parts<T> parts;
    private final Creator<T> creator;
    private final CircuitBreaker breaker;
    private final boolean mayMake; // false if another thread has to look at what is made
    private volatile @Nullable Factory<T>
            factory; // the pool's, if it is one for callers' threads; written under the lock

    public CallersCalls(Parts<T> parts, CircuitBreaker breaker, Creator<T> creator, Retirement<T> retirement) {
        this.parts = parts;
        this.creator = creator;
        this.breaker = breaker;
        Validator<? super T> validator = parts.config().validator();
        mayMake =
                validator == null || validator.runsOnCaller() || !parts.config().validateOnCreate();
        Factory<T> first = creator.factory();
        use(first, first.runsOnCaller());
        retirement.setOnCaller(by -> by == factory);
    }

    /**
     * From now on objects are made by that one. The threads that give up what another one has made do not destroy it: that may take
     * long.
     */
    public void use(Factory<T> next, boolean runsOnCaller) {
        factory = runsOnCaller ? next : null;
    }

    /** Returns the lease of a new object, or null if the caller has to queue. Called without the lock. */
    @Nullable
    public Grant<T> create() {
        return factory == null || !mayMake ? null : createNow();
    }

    private @Nullable Grant<T> createNow() {
        TimedCall<T> create;
        Factory<T> by;
        boolean isNext; // else listeners run before it, and its time begins after them
        parts.lock().lock();
        try {
            by = factory;
            Slot<T> slot = by != null && mayBegin() ? parts.slots().reserve() : null;
            if (by == null || slot == null) {
                return null;
            }
            long now = parts.now();
            int round = breaker.tries(now);
            isNext = !parts.lock().hasAfterwards();
            create = isNext ? creator.calls.beginOnCaller(slot, now) : creator.calls.begin(slot);
            create.isCallers = true;
            create.round = round;
        } finally {
            parts.lock().unlock();
        }
        if (isNext || creator.calls.enter(create, parts.now())) {
            creator.run(create, by, true);
        }
        return create.grant;
    }

    private boolean mayBegin() {
        return parts.queue().size() == 0
                && !parts.gate().has(Gate.NO_ACQUIRE)
                && !breaker.isFailing()
                && creator.calls.running() < parts.config().maxConcurrentCreates()
                && creator.calls.mayBegin(parts.slots().limits().maxSize());
    }
}
