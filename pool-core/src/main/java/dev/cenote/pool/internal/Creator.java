package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.Validator;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where an object enters the pool.
 *
 * <p><b>States</b> of a create: begun (its slot CREATING) → made, failed, or abandoned when it takes longer than {@code
 * createTimeout}.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P1: a create holds a reserved slot until it is over or abandoned. What an abandoned create still returns is
 *       destroyed on its own thread, and was never in a slot; what it had made and only validated still is destroyed at
 *       once, and holds the slot until that is over.
 *   <li>At most {@code maxConcurrentCreates} are under way that are neither outdated nor slow, and never more than there
 *       is demand for. The others hold their slots, but keep no new one from being begun (P14).
 *   <li>Threads are bounded: no create begins while those under way and the abandoned ones that have not returned are
 *       together twice {@code maxSize}.
 * </ol>
 *
 * <p>When the next create may begin after one has failed is the {@link CircuitBreaker}'s to say.
 */
final class Creator<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Creator.class);

    private static final int MOST_PROBES = 2;

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final PoolLock lock;
    private final Retirement<T> retirement;
    private final SlotEvents<T> events;
    private final long maxLifetimeNanos;
    private final long keepaliveNanos;
    private final boolean validatesOnCreate;
    private final CircuitBreaker breaker;
    final Operations<T> operations;

    // Guarded by the lock.
    private Factory<T> factory;
    private boolean isProven; // the factory has made an object

    Creator(Parts<T> parts, Retirement<T> retirement, SlotEvents<T> events) {
        this.parts = parts;
        this.retirement = retirement;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        breaker = parts.breaker();
        maxLifetimeNanos = Expiry.nanosOrNever(config.maxLifetime());
        keepaliveNanos = Expiry.nanosOrNever(config.keepaliveTime());
        operations = new Operations<>(lock, parts.alarm(), Expiry.nanos(config.createTimeout()), this::tellStuck);
        validatesOnCreate = config.validateOnCreate() && config.validator() != null;
        factory = config.factory();
        breaker.setProbes(() -> operations.covering() > 0);
    }

    /**
     * Begins creates until as many are under way as are wanted, allowed and possible.
     *
     * @param callerNanos how much time the caller has for whom they are; {@link Expiry#FOREVER} if there is none
     */
    void ensure(int wanted, long callerNanos) {
        assert lock.isHeld();
        int target = Math.min(wanted, config.maxConcurrentCreates());
        if (operations.covering() >= target || parts.capacity().room() <= 0 || !mayBegin()) {
            return;
        }
        long now = parts.now();
        if (!breaker.mayTry(now)) {
            return;
        }
        if (breaker.isFailing() && (operations.covering() > 0 || isProbedEnough())) {
            return;
        }
        int round = breaker.tries(now);
        int atOnce = breaker.isFailing() ? 1 : target; // one probe, until it is known to work again
        while (operations.covering() < atOnce && mayBegin()) {
            Slot<T> slot = parts.capacity().reserve();
            if (slot == null) {
                return;
            }
            Operations.Operation<T> create = operations.begin(slot, now, callerNanos);
            create.round = round;
            Factory<T> by = factory;
            boolean isForCaller = parts.tasks().isForCaller();
            parts.tasks().start(() -> create(create, by, isForCaller), callerNanos);
        }
    }

    /** Tells whether, in an outage that the breaker knows of, one probe hangs and another one was begun. */
    boolean isProbedEnough() {
        return breaker.isOpen() && operations.running() >= MOST_PROBES;
    }

    /** Tells whether so many creates hang that no other one may begin. */
    boolean isStuck() {
        return operations.isStuck(parts.capacity().limits().maxSize());
    }

    private boolean mayBegin() {
        return operations.mayBegin(parts.capacity().limits().maxSize());
    }

    private void tellStuck() {
        LOG.error(
                "Pool '{}': creates that took longer than {} ms have not returned, though they were interrupted, and hold"
                        + " twice as many threads as maxSize; no object is made until one of them does",
                config.name(),
                Expiry.millis(config.createTimeout()));
    }

    /** Tells whether the factory has made an object, and so is likely to make more. */
    boolean isProven() {
        assert lock.isHeld();
        return isProven;
    }

    /** See {@link Operations#hasten}. */
    boolean hasten(long callerNanos, long now) {
        boolean isSlow = operations.hasten(callerNanos, now);
        if (isSlow) {
            breaker.probeIsSlow(now);
        }
        return isSlow;
    }

    /** Creates that have become slow cover nobody any more. */
    void noteSlow(long now) {
        if (operations.noteSlow(now)) {
            breaker.probeIsSlow(now);
        }
    }

    /** From now on objects are made by another factory. What is being made by the old one is not used. */
    void replaceFactory(Factory<T> next) {
        assert lock.isHeld();
        factory = next;
        isProven = false;
        outdateAll();
        breaker.forget();
    }

    /** What is being made is not wanted any more. */
    void outdateAll() {
        hurry();
        operations.outdateAll();
    }

    /** What has not begun is given up, and what has is asked to end. */
    void hurry() {
        operations.all().stream().filter(create -> !operations.hasBegun(create)).forEach(this::giveUp);
        operations.interruptAll();
    }

    /** Gives up on creates that take too long. */
    void abandonOverdue(long now) {
        operations.overdue(now).forEach(this::abandon);
    }

    /** Gives up on all creates: the pool has no use for what they make. */
    void giveUpAll() {
        operations.all().forEach(this::giveUp);
        events.vacated();
    }

    private void giveUp(Operations.Operation<T> create) {
        operations.abandon(create);
        parts.capacity().vacate(create.slot);
    }

    private void abandon(Operations.Operation<T> create) {
        operations.abandon(create);
        Operations.Made<T> made = operations.takeMade(create);
        failed(create, made, new TimeoutException(whatTookTooLong(made != null)), !breaker.isLeftToCallers());
    }

    private String whatTookTooLong(boolean isMade) {
        if (isMade && config.validationTimeout().compareTo(config.createTimeout()) < 0) {
            return "the validator took longer than " + Expiry.millis(config.validationTimeout()) + " ms";
        }
        return (isMade ? "the factory and the validator took" : "the factory took") + " longer than "
                + Expiry.millis(config.createTimeout()) + " ms";
    }

    /**
     * Runs on a worker, or in place.
     *
     * @param isForCaller where it runs in place, the thread needs an object, and makes those that come next, too
     */
    private void create(Operations.Operation<T> create, Factory<T> by, boolean isForCaller) {
        if (!operations.enter(create, parts.now())) {
            return;
        }
        T made = null;
        Throwable failure = null;
        try {
            made = by.create();
            if (made == null) {
                failure = new IllegalStateException("the factory returned null");
            } else if (!isValid(create, new Operations.Made<>(made, by))) {
                failure = new IllegalStateException("the new object was found not valid");
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        boolean isWorthRetrying = failure == null || isWorthRetrying(by, failure);
        boolean isOurs;
        boolean isTaken;
        boolean wasInterrupted;
        lock.lock();
        try {
            isOurs = operations.finish(create, failure instanceof InterruptedException && lock.isAtWork());
            isTaken = made != null && validatesOnCreate && operations.takeMade(create) == null;
            wasInterrupted = operations.wasInterrupted(create);
            parts.counters().validations += made != null && validatesOnCreate ? 1 : 0;
            if (isOurs && failure == null && made != null) {
                T good = made;
                parts.tasks().as(isForCaller, () -> made(create, good, by));
            } else if (isOurs) {
                Throwable why = failure != null ? failure : new AssertionError("bug: failed without a cause");
                failed(create, made == null ? null : new Operations.Made<>(made, by), why, isWorthRetrying);
            }
        } finally {
            lock.unlock();
        }
        if (failure instanceof InterruptedException && !wasInterrupted) {
            Thread.currentThread().interrupt(); // not ours: whoever owns this thread wants to know
        }
        if (!isOurs && !isTaken && made != null) {
            retirement.destroyLate(made, by);
        }
        if (!isOurs) {
            lock.run(() -> {
                operations.noteReturned(create);
                events.vacated(); // a thread is free again
            });
        }
    }

    private boolean isWorthRetrying(Factory<T> by, Throwable failure) {
        try {
            return by.isWorthRetrying(failure);
        } catch (Throwable thrown) {
            LOG.warn("Pool '{}': the factory could not tell whether to try again", config.name(), thrown);
            return true;
        }
    }

    private boolean isValid(Operations.Operation<T> create, Operations.Made<T> made) throws Exception {
        Validator<? super T> validator = config.validator();
        if (!validatesOnCreate || validator == null) {
            return true;
        }
        operations.noteMade(create, made, parts.now() + Expiry.nanos(config.validationTimeout()));
        return validator.isValid(made.object());
    }

    private void made(Operations.Operation<T> create, T made, Factory<T> by) {
        long now = parts.now();
        fill(create.slot, made, by, now);
        boolean isOutdated = operations.isOutdated(create);
        operations.noteDuration(create, now);
        if (!isOutdated) {
            isProven = true;
            breaker.succeeded();
        }
        Duration took = Duration.ofNanos(operations.ran(create, now));
        lock.tell(() -> parts.listener().created(took));
        events.created(create.slot, isOutdated);
    }

    private void fill(Slot<T> slot, T made, Factory<T> by, long now) {
        long lifetime = Expiry.jittered(maxLifetimeNanos, config.lifetimeJitter(), parts.random());
        slot.fill(made, by, now, now + lifetime, Expiry.aboutAsLong(keepaliveNanos, parts.random()), config.maxUses());
        parts.counters().created++;
    }

    /** A create that failed after the object was made leaves an object to destroy. */
    private void failed(
            Operations.Operation<T> create,
            Operations.@Nullable Made<T> made,
            Throwable cause,
            boolean isWorthRetrying) {
        if (made == null) {
            parts.capacity().vacate(create.slot);
        } else {
            parts.counters().validationFailures++;
            lock.tell(parts.listener()::validationFailed);
            fill(create.slot, made.object(), made.by(), parts.now());
            create.slot.move(Slot.CREATING, Slot.RETIRING);
            retirement.begin(create.slot, DestroyReason.VALIDATION_FAILED);
        }
        parts.counters().creationFailures++;
        if (operations.isOutdated(create)) {
            events.vacated(); // the old factory's failures are no news of the new one
            return;
        }
        long now = parts.now();
        if (cause instanceof InterruptedException) {
            // The owner of its thread wanted it to end, and no caller fails for that.
            breaker.interrupted(cause, create.round, now);
            tell(cause, now);
            events.vacated();
        } else {
            breaker.failed(cause, isWorthRetrying, create.round, now);
            tell(cause, now);
            events.createFailed(cause);
        }
    }

    private void tell(Throwable cause, long now) {
        String next = breaker.isLeftToCallers()
                ? "when a caller wants one"
                : "in " + breaker.untilNextTry(now) / 1_000_000 + " ms";
        lock.tell(() -> {
            LOG.warn("Pool '{}': an object could not be made; next try {}", config.name(), next, cause);
            parts.listener().createFailed(cause);
        });
    }
}
