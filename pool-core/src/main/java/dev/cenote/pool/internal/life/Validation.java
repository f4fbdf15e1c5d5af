package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Waiter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the user's code look at objects that are between two leases: the validator at idle ones, on a worker;
 * {@code reset}, and the validator if it is asked for, at released ones, on the releasing thread.
 *
 * <p><b>Invariants:</b> an object is VALIDATING for as long as user code looks at it, and nobody else's meanwhile (P2). A
 * look that takes longer than {@code validationTimeout} has failed; the object is then destroyed, while the user's code
 * may still be at it. Threads are bounded: no look at an idle object begins while those under way and the abandoned ones
 * that have not returned are together twice {@code maxSize}.
 */
public final class Validation<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Validation.class);
    private static final long ROUND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_SUSPECTS = 64;

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final @Nullable Validator<? super T> validator;
    private final PoolLock lock;
    private final SlotEvents<T> events;
    /** Calls of the validator for idle objects, on workers. */
    public final TimedCalls<T> checks;
    /** Those of them that are under way because something else has failed; guarded by the lock. */
    private final Set<TimedCall<T>> suspects = new HashSet<>();

    private long roundNanos; // when the last round began; guarded by the lock

    /** Calls of the factory and the validator for released objects, on releasing threads. */
    public final TimedCalls<T> resets;

    public Validation(Parts<T> parts, SlotEvents<T> events) {
        this.parts = parts;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        validator = config.validator();
        roundNanos = parts.now() - ROUND_NANOS;
        checks = new TimedCalls<>(
                parts,
                config.validationTimeout(),
                "validations",
                "an idle object that should be validated is replaced");
        resets = new TimedCalls<>(parts, config.validationTimeout(), "resets", "no object is reset");
    }

    /**
     * Validates an object that was idle; the caller has moved its slot to VALIDATING. Whatever it is for, the oldest waiter
     * will have the object: so it is slow when it is for that one.
     */
    public TimedCall<T> begin(Slot<T> slot) {
        assert lock.isHeld();
        Waiter<T> head = parts.queue().head();
        long callerNanos = head == null ? Nanos.FOREVER : head.timeoutNanos();
        T object = slot.object();
        parts.counters().validations++;
        TimedCall<T> check = checks.begin(slot, parts.now(), callerNanos);
        parts.tasks()
                .start(
                        () -> {
                            if (checks.enter(check, parts.now())) {
                                finish(checks, check, isValid(object) ? null : DestroyReason.VALIDATION_FAILED);
                            }
                        },
                        callerNanos);
        return check;
    }

    /** Tells whether another validation may begin: false while so many hang that they hold all threads. */
    public boolean mayBegin() {
        return checks.mayBegin(parts.slots().limits().maxSize());
    }

    /** Ends a lease, and makes its object ready for the next one. False if the lease is dead. */
    public boolean release(Slot<T> slot, long leaseWord) {
        TimedCall<T> check;
        T object;
        Factory<T> factory;
        lock.lock();
        try {
            if (!slot.tryEndLease(leaseWord, Slot.VALIDATING)) {
                return false;
            }
            object = slot.object();
            factory = slot.factory();
            parts.counters().validations++;
            check = resets.beginOnCaller(slot, parts.now());
        } finally {
            lock.unlock();
        }
        DestroyReason reason = null;
        if (!isReset(object, factory)) {
            reason = DestroyReason.RESET_FAILED;
        } else if (config.validateOnRelease() && !isValid(object)) {
            reason = DestroyReason.VALIDATION_FAILED;
        }
        finish(resets, check, reason);
        return true;
    }

    private void finish(TimedCalls<T> operations, TimedCall<T> operation, @Nullable DestroyReason failure) {
        lock.lock();
        try {
            boolean isOurs = operations.finish(operation, false);
            operations.noteReturned(operation);
            if (!isOurs) {
                events.vacated(); // abandoned: the slot is no longer ours, but a thread is free again
                return;
            }
            if (failure != null) {
                failed(operation, failure);
            } else if (operations == checks) {
                suspects.remove(operation);
                long now = parts.now();
                checks.noteDuration(operation, now);
                operation.slot.noteChecked(now);
                events.validated(operation.slot);
            } else {
                events.reset(operation.slot);
            }
        } finally {
            lock.unlock();
        }
    }

    private void failed(TimedCall<T> operation, DestroyReason reason) {
        parts.counters().validationFailures++;
        lock.tell(parts.listener()::validationFailed);
        if (!suspects.remove(operation) && reason == DestroyReason.VALIDATION_FAILED) {
            checkAllIdle(); // what broke one object may have broken others
        }
        events.rejected(operation.slot, reason);
    }

    /**
     * Validates every idle object now, {@link #MOST_SUSPECTS} at once and the others before they are leased, but for those that have passed a round like this that began within the
     * last second: so many holders who report one fault cost one round. One of these that fails brings no further round.
     */
    public void checkAllIdle() {
        assert lock.isHeld();
        if (validator == null) {
            return;
        }
        long now = parts.now();
        boolean isNew = Nanos.isPast(roundNanos + ROUND_NANOS, now);
        parts.slots().forEach(slot -> {
            long seen = slot.word();
            if (Slot.state(seen) != Slot.IDLE
                    || Slot.isMarked(seen, Slot.RETIRE)
                    || (!isNew && slot.wasCheckedSince(roundNanos))) {
                return;
            }
            if (suspects.size() >= MOST_SUSPECTS || !mayBegin()) {
                slot.tryMarkCheck(seen); // lost to an acquirer: it was faster than the fault
            } else if (slot.tryTake(seen, Slot.VALIDATING)) { // likewise
                suspects.add(begin(slot));
            }
        });
        roundNanos = isNew ? now : roundNanos;
    }

    public boolean isAtWork() {
        return checks.running() + resets.running() > 0;
    }

    public void abandonOverdue(long now) {
        abandonOverdue(checks, DestroyReason.VALIDATION_FAILED, now);
        abandonOverdue(resets, DestroyReason.RESET_FAILED, now);
    }

    private void abandonOverdue(TimedCalls<T> operations, DestroyReason reason, long now) {
        for (TimedCall<T> operation : operations.overdue(now)) {
            operations.abandon(operation);
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': a validation or reset takes longer than {} ms; the object is given up",
                    config.name(),
                    Nanos.millis(config.validationTimeout())));
            failed(operation, reason);
        }
    }

    /** The pool closes and its grace is over. */
    public void abandonAll() {
        for (TimedCalls<T> operations : List.of(checks, resets)) {
            for (TimedCall<T> operation : operations.all()) {
                operations.abandon(operation);
                suspects.remove(operation);
                events.rejected(operation.slot, DestroyReason.CLOSED);
            }
        }
    }

    private boolean isValid(T object) {
        return validator == null || succeeds("validator", () -> validator.isValid(object));
    }

    private boolean isReset(T object, Factory<T> factory) {
        return succeeds("reset", () -> {
            factory.reset(object);
            return true;
        });
    }

    private interface UserCode {
        boolean run() throws Exception;
    }

    private boolean succeeds(String what, UserCode code) {
        try {
            return code.run();
        } catch (Throwable thrown) {
            LOG.debug("Pool '{}': {} threw; the object is given up", config.name(), what, thrown);
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
    }
}
