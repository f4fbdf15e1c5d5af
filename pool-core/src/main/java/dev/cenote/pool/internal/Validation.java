package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.Validator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * <b>What:</b> has the user's code look at objects that are between two leases: the validator at idle ones, on a worker;
 * {@code reset}, and the validator if it is asked for, at released ones, on the releasing thread.
 *
 * <p><b>Invariants:</b> an object is VALIDATING for as long as user code looks at it, and nobody else's meanwhile (P2). A
 * look that takes longer than {@code validationTimeout} has failed; the object is then destroyed, while the user's code
 * may still be at it.
 */
final class Validation<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Validation.class);

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final @Nullable Validator<? super T> validator;
    private final PoolLock lock;
    private final SlotEvents<T> events;
    final Operations<T> operations;

    Validation(Parts<T> parts, SlotEvents<T> events) {
        this.parts = parts;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        validator = config.validator();
        operations = new Operations<>(lock, parts.alarm(), Expiry.nanos(config.validationTimeout()));
    }

    /** Validates an object that was idle; the caller has moved its slot to VALIDATING. */
    void begin(Slot<T> slot) {
        assert lock.isHeld();
        T object = slot.object();
        Operations.Operation<T> check = operations.begin(slot, parts.now());
        lock.afterwards(() -> parts.workers().execute(() -> {
            if (operations.enter(check)) {
                finish(check, isValid(object) ? null : DestroyReason.VALIDATION_FAILED, events::validated);
            }
        }));
    }

    /** Ends a lease, and makes its object ready for the next one. False if the lease is dead. */
    boolean release(Slot<T> slot, long leaseWord) {
        Operations.Operation<T> check;
        T object;
        Factory<T> factory;
        lock.lock();
        try {
            if (!slot.tryEndLease(leaseWord, Slot.VALIDATING)) {
                return false;
            }
            object = slot.object();
            factory = slot.factory();
            check = operations.beginHere(slot, parts.now());
        } finally {
            lock.unlock();
        }
        DestroyReason reason = null;
        if (!isReset(object, factory)) {
            reason = DestroyReason.RESET_FAILED;
        } else if (config.validateOnRelease() && !isValid(object)) {
            reason = DestroyReason.VALIDATION_FAILED;
        }
        finish(check, reason, events::reset);
        return true;
    }

    private void finish(Operations.Operation<T> check, @Nullable DestroyReason failure, Consumer<Slot<T>> success) {
        lock.lock();
        try {
            if (!operations.finish(check)) {
                return; // abandoned: the slot is no longer ours
            }
            if (failure == null) {
                success.accept(check.slot);
            } else {
                failed(check.slot, failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void failed(Slot<T> slot, DestroyReason reason) {
        parts.counters().validationFailures++;
        lock.afterwards(parts.listener()::validationFailed);
        if (validator != null) {
            checkAllIdle();
        }
        events.rejected(slot, reason);
    }

    /** What broke one object may have broken others: whoever is idle is validated before it is leased again. */
    private void checkAllIdle() {
        parts.capacity().forEach(slot -> {
            long seen = slot.word();
            if (Slot.state(seen) == Slot.IDLE) {
                slot.tryMarkCheck(seen); // lost to an acquirer: that one was a moment faster than the fault
            }
        });
    }

    void abandonOverdue(long now) {
        for (Operations.Operation<T> check : operations.overdue(now)) {
            operations.abandon(check);
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': a validation takes longer than {} ms; the object is given up",
                    config.name(),
                    config.validationTimeout().toMillis()));
            failed(check.slot, DestroyReason.VALIDATION_FAILED);
        }
    }

    /** The pool closes and its grace is over. */
    void abandonAll() {
        for (Operations.Operation<T> check : operations.all()) {
            operations.abandon(check);
            events.rejected(check.slot, DestroyReason.CLOSED);
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
