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
 * <b>What:</b> the one place where an object enters the pool.
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
 *   <li>At most {@code maxConcurrentCreates} are under way, and never more than there is demand for.
 *   <li>P14: while a failure makes the next try wait, the alarm is set for that try.
 * </ol>
 *
 * <p>After a failure the next try waits a random part of 100 ms, doubled with each further failure up to 30 s, or to half
 * of {@code acquireTimeout}, so that nobody waits for all of that without a try ("full jitter", see {@link
 * Expiry#fullJitter}); a success forgets all that. After {@code failFastAfter} failures this is a circuit breaker: {@link
 * #outage} keeps callers from waiting, but for the one that comes when a try is due, and so is the demand for it.
 */
final class Creator<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Creator.class);
    private static final long FIRST_BACKOFF_NANOS = Duration.ofMillis(100).toNanos();
    private static final int MOST_DOUBLINGS = 9; // 51.2 s, cut to 30 s
    private static final long LONGEST_BACKOFF_NANOS = Duration.ofSeconds(30).toNanos();

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final PoolLock lock;
    private final Retirement<T> retirement;
    private final SlotEvents<T> events;
    private final long maxLifetimeNanos;
    private final long longestBackoffNanos;
    private final long keepaliveNanos;
    private final boolean validatesOnCreate;
    final Operations<T> operations;

    // Guarded by the lock.
    private Factory<T> factory;
    private int failuresInARow;
    private long retryAtNanos;
    private boolean isRetrySet;
    private @Nullable Throwable lastFailure;

    Creator(Parts<T> parts, Retirement<T> retirement, SlotEvents<T> events) {
        this.parts = parts;
        this.retirement = retirement;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        long halfWait = Expiry.nanos(config.acquireTimeout()) / 2;
        longestBackoffNanos = Math.max(FIRST_BACKOFF_NANOS, Math.min(LONGEST_BACKOFF_NANOS, halfWait));
        maxLifetimeNanos = Expiry.nanosOrNever(config.maxLifetime());
        keepaliveNanos = Expiry.nanosOrNever(config.keepaliveTime());
        operations = new Operations<>(lock, parts.alarm(), Expiry.nanos(config.createTimeout()));
        validatesOnCreate = config.validateOnCreate() && config.validator() != null;
        factory = config.factory();
    }

    /** Begins creates until as many are under way as are wanted, allowed and possible. */
    void ensure(int wanted) {
        assert lock.isHeld();
        int outdated = operations.occupying() - operations.running();
        int target = Math.min(wanted, config.maxConcurrentCreates() - outdated);
        if (operations.running() >= target || parts.capacity().room() <= 0) {
            return;
        }
        long now = parts.now();
        if (isBackingOff(now)) {
            parts.alarm().noLaterThan(retryAtNanos);
            isRetrySet = true;
            return;
        }
        if (failuresInARow > 0) {
            target = 1; // one probe, until it is known to work again
            parts.counters().isTryingAgain = true;
        }
        while (operations.running() < target) {
            Slot<T> slot = parts.capacity().reserve();
            if (slot == null) {
                return;
            }
            Operations.Operation<T> create = operations.begin(slot, now);
            Factory<T> by = factory;
            lock.afterwards(() -> parts.workers().execute(() -> create(create, by)));
        }
    }

    /** Tells whether the alarm is set for the next try, which may be due this moment. */
    boolean isRetrySet() {
        return failuresInARow > 0 && isRetrySet;
    }

    private boolean isBackingOff(long now) {
        return failuresInARow > 0 && !Expiry.isPast(retryAtNanos, now);
    }

    /** When the next try is due, or the given instant if that is earlier or none is pending. */
    long nextTry(long instant, long now) {
        return isBackingOff(now) ? Expiry.earlier(instant, retryAtNanos) : instant;
    }

    /** What made the last create fail, or null if the last one succeeded. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /**
     * What made creates fail, while the next try is not due yet or on its way and so many have failed that nobody should
     * wait for it; else null.
     */
    @Nullable
    Throwable outage(long now) {
        return parts.counters().isBreakerOpen && (isBackingOff(now) || operations.running() > 0) ? lastFailure : null;
    }

    /** From now on objects are made by another factory. What is being made by the old one is not used. */
    void replaceFactory(Factory<T> next) {
        assert lock.isHeld();
        factory = next;
        outdateAll();
        forgetFailures();
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
        parts.counters().isTryingAgain = false;
    }

    private void abandon(Operations.Operation<T> create) {
        operations.abandon(create);
        Operations.Made<T> made = operations.takeMade(create);
        failed(create, made, new TimeoutException(whatTookTooLong(made != null)));
    }

    private String whatTookTooLong(boolean isMade) {
        if (isMade && config.validationTimeout().compareTo(config.createTimeout()) < 0) {
            return "the validator took longer than " + Expiry.millis(config.validationTimeout()) + " ms";
        }
        return (isMade ? "the factory and the validator took" : "the factory took") + " longer than "
                + Expiry.millis(config.createTimeout()) + " ms";
    }

    /** Runs on a worker. */
    private void create(Operations.Operation<T> create, Factory<T> by) {
        if (!operations.enter(create)) {
            return;
        }
        T made = null;
        Throwable failure = null;
        boolean isGood = false;
        try {
            made = by.create();
            isGood = made != null && isValid(create, new Operations.Made<>(made, by));
            if (!isGood) {
                failure = new IllegalStateException(
                        made == null ? "the factory returned null" : "the new object was found not valid");
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        boolean isOurs;
        boolean isTaken;
        boolean wasInterrupted;
        lock.lock();
        try {
            isOurs = operations.finish(create);
            isTaken = made != null && validatesOnCreate && operations.takeMade(create) == null;
            wasInterrupted = operations.wasInterrupted(create);
            parts.counters().validations += made != null && validatesOnCreate ? 1 : 0;
            if (isOurs && failure == null && made != null) {
                made(create, made, by);
            } else if (isOurs) {
                Throwable why = failure != null ? failure : new AssertionError("bug: failed without a cause");
                failed(create, made == null ? null : new Operations.Made<>(made, by), why);
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
        parts.counters().isTryingAgain = false;
        if (!isOutdated) {
            forgetFailures();
        }
        Duration took = Duration.ofNanos(now - create.startedNanos);
        lock.tell(() -> parts.listener().created(took));
        events.created(create.slot, isOutdated);
    }

    private void fill(Slot<T> slot, T made, Factory<T> by, long now) {
        long lifetime = Expiry.jittered(maxLifetimeNanos, config.lifetimeJitter(), parts.random());
        slot.fill(made, by, now, now + lifetime, Expiry.aboutAsLong(keepaliveNanos, parts.random()), config.maxUses());
        parts.counters().created++;
    }

    /** A create that failed after the object was made leaves an object to destroy. */
    private void failed(Operations.Operation<T> create, Operations.@Nullable Made<T> made, Throwable cause) {
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
        parts.counters().isTryingAgain = false;
        if (operations.isOutdated(create)) {
            events.vacated(); // the old factory's failures are no news of the new one
        } else {
            noteFailure(cause);
            events.createFailed(cause);
        }
    }

    private void noteFailure(Throwable cause) {
        lastFailure = cause;
        long longest = Math.min(longestBackoffNanos, FIRST_BACKOFF_NANOS << Math.min(failuresInARow, MOST_DOUBLINGS));
        failuresInARow++;
        long backoff = Expiry.fullJitter(longest, parts.random());
        retryAtNanos = parts.now() + backoff;
        isRetrySet = false;
        parts.counters().isBreakerOpen = config.failFastAfter() > 0 && failuresInARow >= config.failFastAfter();
        parts.counters().retryAtNanos = retryAtNanos;
        lock.tell(() -> {
            LOG.warn(
                    "Pool '{}': an object could not be made; next try in {} ms",
                    config.name(),
                    backoff / 1_000_000,
                    cause);
            parts.listener().createFailed(cause);
        });
    }

    private void forgetFailures() {
        failuresInARow = 0;
        parts.counters().isBreakerOpen = false;
        parts.counters().isTryingAgain = false;
        lastFailure = null;
    }
}
