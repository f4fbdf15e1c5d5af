package dev.cenote.pool.internal;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.stats.Tape;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.Waiter;

/** Fails waiters whose time is up. */
final class Timeouts<T> {

    private final Engine<T> engine;

    Timeouts(Engine<T> engine) {
        this.engine = engine;
    }

    /** Fails a waiter that found out itself. Called under the lock. */
    void fail(Waiter<T> waiter) {
        fail(waiter, engine.diagnosis.picture());
    }

    /** Fails a waiter that has no time at all, unless it was served at once. */
    void failUnlessSettled(Waiter<T> waiter) {
        engine.lock.run(() -> {
            if (!waiter.isSettled()) {
                fail(waiter);
            }
        });
    }

    /** Fails the waiters whose time is up. Blocked ones look for themselves too, but may look at another clock's time. */
    void failOverdue(long now) {
        Picture picture = engine.diagnosis.picture();
        for (Waiter<T> waiter : engine.queue.overdue(now)) {
            if (!waiter.isSettled()) {
                fail(waiter, picture);
            }
        }
    }

    private void fail(Waiter<T> waiter, Picture picture) {
        assert engine.lock.isHeld();
        AcquirePhase phase = phase();
        Throwable lastFailure = engine.breaker.lastFailure();
        engine.handoff.leave(waiter);
        engine.taping.ended(Tape.TIMED_OUT, waiter);
        engine.journal.timedOut();
        waiter.fail(
                WaitResult.TIMED_OUT,
                () -> engine.diagnosis.timedOut(waiter, phase, lastFailure, picture),
                engine.lock);
    }

    /** What the time was spent on. */
    AcquirePhase phase() {
        assert engine.lock.isHeld();
        if (engine.gate.has(Gate.SUSPENDED)) {
            return AcquirePhase.WAITING;
        }
        if (engine.creates.running() > 0 || (engine.slots.room() > 0 && engine.breaker.lastFailure() != null)) {
            return AcquirePhase.CREATING;
        }
        return engine.checks.running() > 0 ? AcquirePhase.VALIDATING : AcquirePhase.WAITING;
    }
}
