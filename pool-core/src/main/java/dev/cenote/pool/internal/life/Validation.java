package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.HousekeeperThread;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the user's code look at objects that are between two leases: the validator at idle ones, and at released ones if it is
 * asked for, on a worker; {@code reset} at released ones, on the releasing thread.
 *
 * <p><b>Invariants:</b> while user code looks at an object, the object is VALIDATING, and nobody else has it (P2). There is one
 * exception: a caller may validate the object that it has leased, without a time-out ({@link #passesOnCaller}). Any other look
 * that takes longer than {@code validationTimeout} has failed; the object is then destroyed, while the user's code may still be
 * at it. Threads are bounded: no look at an idle object begins while those under way and the abandoned ones that have not
 * returned are together twice {@code maxSize}.
 */
public final class Validation<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Validation.class);
    private static final long ROUND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_SUSPECTS = 64;

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final Inspection<T> inspection;
    private final PoolLock lock;
    private final SlotEvents<T> events;
    /** Calls of the validator for idle and released objects, on workers. */
    public final TimedCalls<T> checks;
    /** Those of them that are under way because something else has failed; guarded by the lock. */
    private int suspects;

    private long roundNanos; // when the last round began; guarded by the lock

    /** Calls of the factory for released objects, on releasing threads. */
    public final TimedCalls<T> resets;

    public Validation(Parts<T> parts, SlotEvents<T> events) {
        this.parts = parts;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        inspection = new Inspection<>(config, parts.journal());
        roundNanos = parts.now() - ROUND_NANOS;
        checks = new TimedCalls<>(
                parts,
                config.validationTimeout(),
                "validations",
                "an idle object that should be validated is replaced");
        resets = new TimedCalls<>(parts, config.validationTimeout(), "resets", "no object is reset");
    }

    /**
     * Validates an object that was idle; the caller has moved its slot to VALIDATING. Any waiter may
     * come to wait for it, so it counts as slow by the waiter that has least time.
     */
    public TimedCall<T> begin(Slot<T> slot) {
        return begin(slot, false);
    }

    /**
     * The same, for a waiting caller. If {@link #isOnCaller}, the validator runs on this thread once the lock is free: the thread
     * acquires or releases. If this is the housekeepers' thread, or one that is at work for another pool, the validator runs on a
     * worker.
     */
    public void beginForCaller(Slot<T> slot) {
        begin(slot, true);
    }

    private TimedCall<T> begin(Slot<T> slot, boolean isForWaiter) {
        assert lock.isHeld();
        long callerNanos = parts.queue().leastPatience();
        T object = slot.object();
        parts.journal().counters.validates();
        TimedCall<T> check = checks.begin(slot, parts.now(), callerNanos);
        Runnable task = () -> {
            if (checks.enter(check, parts.now())) {
                finish(checks, check, inspection.isValid(slot, object) ? null : DestroyReason.VALIDATION_FAILED);
            }
        };
        if (isOnCaller() && isForWaiter && !parts.tasks().isForOthers() && !HousekeeperThread.SHARED.isCurrent()) {
            parts.tasks().onCaller(task);
        } else {
            parts.tasks().start(task, callerNanos);
        }
        return check;
    }

    /** Tells whether callers ask the validator themselves. */
    public boolean isOnCaller() {
        return inspection.isOnCaller();
    }

    /**
     * Validates an object on the thread of the caller that has just leased it. Called without the lock.
     *
     * @return false if the object is given up; its lease has ended then
     */
    public boolean passesOnCaller(Grant<T> grant) {
        T object = grant.slot().objectIfOn(grant.word());
        if (object == null) {
            return true; // it was taken back meanwhile: the lease is dead, and says so
        }
        parts.journal().counters.validatesOnCaller();
        boolean wasInterrupted = Thread.interrupted(); // that is not the validator's business
        boolean isValid = inspection.isValid(object);
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (!isValid) {
            lock.run(() -> reject(grant));
        }
        return isValid;
    }

    private void reject(Grant<T> grant) {
        if (grant.slot().tryEndLease(grant.word(), Slot.VALIDATING)) { // else it was taken back meanwhile
            parts.journal().counters.notGiven();
            failed(grant.slot(), DestroyReason.VALIDATION_FAILED, false);
        }
    }

    /** Tells whether another validation may begin: false while so many hang that they hold all threads. */
    public boolean mayBegin() {
        return checks.mayBegin(parts.slots().limits().maxSize());
    }

    /**
     * Ends a lease, and makes its object ready for the next one. False if the lease is dead.
     *
     * @param toReset here, before this returns
     * @param toValidate on a worker
     */
    public boolean release(Slot<T> slot, long leaseWord, boolean toReset, boolean toValidate) {
        TimedCall<T> reset;
        T object;
        Factory<T> factory;
        lock.lock();
        try {
            if (!slot.tryEndLease(leaseWord, Slot.VALIDATING)) {
                return false;
            }
            if (!toReset) {
                validateReleased(slot);
                return true;
            }
            object = slot.object();
            factory = slot.factory();
            if (!toValidate) {
                parts.journal().counters.validates();
            }
            reset = resets.beginOnCaller(slot, parts.now());
            reset.isToValidate = toValidate;
        } finally {
            lock.unlock();
        }
        finish(resets, reset, inspection.isReset(slot, object, factory) ? null : DestroyReason.RESET_FAILED);
        return true;
    }

    /** Whether somebody waits or not: what it was released for may have to be done soon. */
    private void validateReleased(Slot<T> slot) {
        if (!mayBegin()) {
            events.rejected(slot, DestroyReason.REPLACED);
        } else {
            begin(slot).isOfRelease = true;
        }
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
            parts.journal().validated(operation.ran(parts.now()));
            if (failure != null) {
                failed(operation, failure);
            } else if (operation.isToValidate) {
                validateReleased(operation.slot);
            } else if (operations == resets) {
                events.reset(operation.slot);
            } else {
                passed(operation);
            }
        } finally {
            lock.unlock();
        }
    }

    private void passed(TimedCall<T> check) {
        endSuspicion(check);
        long now = parts.now();
        checks.noteDuration(check, now);
        check.slot.noteChecked(now);
        if (check.isOfRelease) {
            events.reset(check.slot);
        } else {
            events.validated(check.slot);
        }
    }

    /** False if it was not under way because something else has failed. */
    private boolean endSuspicion(TimedCall<T> check) {
        boolean wasSuspect = check.isSuspect;
        check.isSuspect = false;
        suspects -= wasSuspect ? 1 : 0;
        return wasSuspect;
    }

    private void failed(TimedCall<T> operation, DestroyReason reason) {
        failed(operation.slot, reason, endSuspicion(operation));
    }

    private void failed(Slot<T> slot, DestroyReason reason, boolean wasSuspect) {
        parts.journal().validationFailed();
        if (!wasSuspect && reason == DestroyReason.VALIDATION_FAILED) {
            checkAllIdle(); // what broke one object may have broken others
        }
        events.rejected(slot, reason);
    }

    /**
     * Validates every idle object now, {@link #MOST_SUSPECTS} at once and the others before they are leased; all of them before
     * they are leased, if callers ask the validator. Objects that have passed a round which began within the last second are left
     * out, so many reports of one fault cost one round. An object that fails in a round begins no further round.
     */
    public void checkAllIdle() {
        assert lock.isHeld();
        if (config.validator() == null) {
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
            if (isOnCaller() || suspects >= MOST_SUSPECTS || !mayBegin()) {
                slot.tryMarkCheck(seen); // lost to an acquirer: it was faster than the fault
            } else if (slot.tryTake(seen, Slot.VALIDATING)) { // likewise
                begin(slot).isSuspect = true;
                suspects++;
            }
        });
        roundNanos = isNew ? now : roundNanos;
    }

    public void abandonOverdue(long now) {
        abandonOverdue(checks, DestroyReason.VALIDATION_FAILED, now);
        abandonOverdue(resets, DestroyReason.RESET_FAILED, now);
    }

    private void abandonOverdue(TimedCalls<T> operations, DestroyReason reason, long now) {
        for (TimedCall<T> operation : operations.overdue(now)) {
            operations.abandon(operation);
            parts.journal().validated(operation.ran(now));
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': a validation or reset takes longer than {} ms; the object is given up"
                            + Help.on("slow-validation"),
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
                endSuspicion(operation);
                events.rejected(operation.slot, DestroyReason.CLOSED);
            }
        }
    }
}
