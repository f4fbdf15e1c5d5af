package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.Validator;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.stats.Recorder;
import dev.cenote.pool.internal.wait.Gate;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an object enters the pool.
 *
 * <p><b>States</b> of a create: begun (its slot CREATING) → made, failed, or abandoned when it takes longer than {@code
 * createTimeout}.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P1: a create holds a reserved slot until it is over or abandoned. If an abandoned create returns an object, the create's
 *       thread destroys it; that object was never in a slot. If the object was made in time, and only its validation is late, the
 *       pool destroys it at once, and its slot stays occupied until then. After the grace of a close the create's thread destroys
 *       that one, too.
 *   <li>At most {@code maxConcurrentCreates} are under way, those of callers ({@link CallersCalls}) left out, that are neither
 *       outdated nor slow, and never more than there is demand for. The others hold their slots, but keep no new one from being
 *       begun (P14).
 *   <li>Threads are bounded: no create begins while those under way and the abandoned ones that have not returned are
 *       together twice {@code maxSize}.
 *   <li>After a failure the {@link CircuitBreaker} says when the next create may begin.
 * </ol>
 */
public final class Creator<T> {

    private static final int MOST_PROBES = 2;

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final PoolLock lock;
    private final Retirement<T> retirement;
    private final SlotEvents<T> events;
    private final Lifetimes lifetimes;
    private final Inspection<T> inspection;
    private final boolean validatesOnCreate;
    private final CircuitBreaker breaker;
    public final TimedCalls<T> calls;

    private volatile Factory<T> factory; // written under the lock

    public Creator(Parts<T> parts, CircuitBreaker breaker, Retirement<T> retirement, SlotEvents<T> events) {
        this.parts = parts;
        this.retirement = retirement;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        this.breaker = breaker;
        lifetimes = new Lifetimes(config, parts.random());
        inspection = new Inspection<>(config, parts.journal());
        calls = new TimedCalls<>(parts, config.createTimeout(), "creates", "no object is made");
        validatesOnCreate = config.validateOnCreate() && config.validator() != null;
        factory = config.factory();
        breaker.setProbes(
                () -> calls.covering() > 0 || isProbedEnough(),
                () -> parts.queue().size() > 0 || calls.running() > 0,
                parts.journal()::forgetOutage);
    }

    /**
     * Begins creates until as many are under way as are wanted, allowed and possible.
     *
     * @param callerNanos how much time the caller has for whom they are; {@link Nanos#FOREVER} if there is none
     */
    public void ensure(int wanted, long callerNanos) {
        while (missing(wanted) > 0) {
            Slot<T> slot = parts.slots().reserve();
            if (slot == null) {
                return;
            }
            long now = parts.now();
            TimedCall<T> create = calls.begin(slot, now, callerNanos);
            create.round = breaker.tries(now);
            Factory<T> by = factory;
            boolean isForCaller = parts.tasks().isForCaller();
            parts.tasks().start(() -> create(create, by, isForCaller), callerNanos);
        }
    }

    /** How many more creates would begin now, if there is a place for each. */
    public int missing(int wanted) {
        assert lock.isHeld();
        int target = Math.min(wanted, config.maxConcurrentCreates());
        if (calls.covering() >= target
                || parts.slots().ownRoom() <= 0
                || !calls.mayBegin(parts.slots().limits().maxSize())
                || !breaker.mayTry(parts.now())) {
            return 0;
        }
        if (breaker.isFailing()) { // one probe, until it is known to work again
            return calls.covering() > 0 || isProbedEnough() ? 0 : 1;
        }
        return Math.min(target - calls.covering(), parts.slots().ownRoom());
    }

    /** Tells whether, in an outage that the breaker knows of, one probe hangs and another one was begun. */
    public boolean isProbedEnough() {
        return breaker.isOpen() && calls.running() >= MOST_PROBES;
    }

    /** Tells whether so many creates hang that no other one may begin. */
    public boolean isStuck() {
        return calls.isStuck(parts.slots().limits().maxSize());
    }

    /** See {@link TimedCalls#hasten}. */
    public boolean hasten(long callerNanos, long now) {
        boolean isSlow = calls.hasten(callerNanos, now);
        if (isSlow) {
            breaker.probeIsSlow(now);
        }
        return isSlow;
    }

    /** Creates that have become slow cover nobody any more. */
    public void noteSlow(long now) {
        if (calls.noteSlow(now)) {
            breaker.probeIsSlow(now);
        }
    }

    /** What makes the next object. Needs no lock. */
    public Factory<T> factory() {
        return factory;
    }

    /** From now on objects are made by another factory. What is being made by the old one is not used. */
    public void replaceFactory(Factory<T> next) {
        assert lock.isHeld();
        factory = next;
        outdateAll();
        breaker.factoryReplaced();
        parts.journal().endOutage(parts.queue().size(), parts.now());
    }

    /** What is being made is not wanted any more. */
    public void outdateAll() {
        cancelCreates();
        calls.outdateAll();
    }

    /** What has not begun is given up, and what has is asked to end. */
    public void cancelCreates() {
        calls.all().stream().filter(create -> create.thread == null).forEach(this::giveUp);
        calls.interruptAll();
    }

    /** Gives up on creates that take too long. */
    public void abandonOverdue(long now) {
        calls.overdue(now).forEach(this::abandon);
    }

    /** Gives up on all creates: the pool has no use for what they make. */
    public void giveUpAll() {
        calls.all().forEach(this::giveUp);
        events.vacated();
    }

    private void giveUp(TimedCall<T> create) {
        calls.abandon(create);
        parts.slots().vacate(create.slot);
    }

    private void abandon(TimedCall<T> create) {
        calls.abandon(create);
        TimedCall.Made<T> made = create.takeMade();
        failed(create, made, new TimeoutException(whatTookTooLong(made != null)), !breaker.isLeftToCallers());
    }

    private String whatTookTooLong(boolean isMade) {
        if (isMade && config.validationTimeout().compareTo(config.createTimeout()) < 0) {
            return "the validator took longer than " + Nanos.millis(config.validationTimeout()) + " ms";
        }
        return (isMade ? "the factory and the validator took" : "the factory took") + " longer than "
                + Nanos.millis(config.createTimeout()) + " ms";
    }

    /**
     * Runs on a worker, or in place.
     *
     * @param isForCaller where it runs in place, the thread needs an object, and makes those that come next, too
     */
    private void create(TimedCall<T> create, Factory<T> by, boolean isForCaller) {
        if (calls.enter(create, parts.now())) {
            run(create, by, isForCaller);
        }
    }

    /** The same, on the thread that it has entered. */
    void run(TimedCall<T> create, Factory<T> by, boolean isForCaller) {
        T made = null;
        Throwable failure = null;
        Recorder.Call recorded = parts.journal().creating(create.slot);
        try {
            made = by.create();
            if (made == null) {
                failure = new IllegalStateException("the factory returned null");
            } else if (!isValid(create, new TimedCall.Made<>(made, by))) {
                failure = new IllegalStateException("the new object was found not valid");
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        recorded.ended(failure == null, failure);
        boolean isWorthRetrying = failure == null || inspection.isWorthRetrying(by, failure);
        boolean isOurs;
        boolean isTaken;
        boolean wasInterrupted;
        lock.lock();
        try {
            isOurs = calls.finish(create, failure instanceof InterruptedException && lock.isAtWork());
            isTaken = made != null && validatesOnCreate && create.takeMade() == null;
            wasInterrupted = create.interrupted;
            if (made != null && validatesOnCreate) {
                parts.journal().counters.validates();
            }
            if (isOurs && failure == null && made != null) {
                T good = made;
                parts.tasks().as(isForCaller, () -> made(create, good, by));
            } else if (isOurs) {
                Throwable why = failure != null ? failure : new AssertionError("bug: failed without a cause");
                failed(create, made == null ? null : new TimedCall.Made<>(made, by), why, isWorthRetrying);
            }
        } finally {
            lock.unlock();
        }
        if (failure instanceof InterruptedException && !wasInterrupted) {
            Thread.currentThread().interrupt(); // not ours: the owner of this thread wants to know
        }
        if (!isOurs) {
            if (!isTaken && made != null) {
                retirement.destroyLate(made, by, create.ran(parts.now()));
            }
            lock.run(() -> {
                calls.noteReturned(create);
                events.vacated(); // a thread is free again
            });
        }
    }

    private boolean isValid(TimedCall<T> create, TimedCall.Made<T> made) throws Exception {
        Validator<? super T> validator = config.validator();
        if (!validatesOnCreate || validator == null) {
            return true;
        }
        calls.noteMade(create, made, parts.now() + Nanos.nanos(config.validationTimeout()));
        return validator.isValid(made.object());
    }

    private void made(TimedCall<T> create, T made, Factory<T> by) {
        long now = parts.now();
        fill(create, made, by, now);
        boolean isOutdated = create.outdated;
        calls.noteDuration(create, now);
        if (!isOutdated) {
            if (breaker.succeeded()) {
                parts.journal().firstCreated(create.ran(now));
            }
            parts.journal().endOutage(parts.queue().size(), now);
        }
        if (create.isCallers && !isOutdated && !parts.gate().has(Gate.SUSPENDED | Gate.CLOSED | Gate.OVERSIZE)) {
            create.grant = new Grant<>(create.slot, create.slot.lend(Slot.CREATING));
            parts.journal().counters.servedItself();
            parts.journal().waited(create.ran(now), WaitResult.SERVED);
            events.createdByCaller();
        } else {
            events.created(create.slot, isOutdated);
        }
    }

    private void fill(TimedCall<T> create, T made, Factory<T> by, long now) {
        create.slot.fill(made, by, now, now + lifetimes.life(), lifetimes.timeToKeepalive(), config.maxUses());
        parts.journal().created(create.ran(now));
    }

    /** A create that failed after the object was made leaves an object to destroy. */
    private void failed(
            TimedCall<T> create, TimedCall.@Nullable Made<T> made, Throwable cause, boolean isWorthRetrying) {
        if (made == null) {
            parts.slots().vacate(create.slot);
        } else {
            parts.journal().validationFailed();
            fill(create, made.object(), made.by(), parts.now());
            create.slot.move(Slot.CREATING, Slot.RETIRING);
            retirement.begin(create.slot, DestroyReason.VALIDATION_FAILED);
        }
        parts.journal().createFailed();
        if (create.outdated) {
            events.vacated(); // the old factory's failures are no news of the new one
            return;
        }
        long now = parts.now();
        if (cause instanceof InterruptedException) {
            // The owner of its thread wanted it to end, and no caller fails for that.
            breaker.interrupted(cause, create.round, now);
            tell(create, cause, false, now);
            events.vacated();
        } else {
            tell(create, cause, breaker.failed(cause, isWorthRetrying, create.round, now), now);
            events.createFailed(cause);
        }
    }

    private void tell(TimedCall<T> create, Throwable cause, boolean isOutage, long now) {
        parts.journal().couldNotCreate(cause, isOutage, create.ran(now), breaker.whenNextTry(now), now);
    }
}
