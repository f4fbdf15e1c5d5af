package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;

/**
 * Whether a pool sleeps. It does when nothing has been leased, changed or under way for a second; an empty one sleeps at once. While
 * it sleeps the gate is {@link Gate#DORMANT}, and the housekeeper looks only when something is due, which may be never. A pool with a
 * sizing policy never sleeps, for its demand is sampled; nor does one with a lease out.
 */
final class Dormancy<T> {

    /** A pool sleeps when nothing has happened for so long. So at most one acquire a second has to rouse it. */
    private static final long QUIET_NANOS = Timetable.LONGEST_TICK_NANOS;

    private final Engine<T> engine;
    private final Timetable times;
    private long quietSinceNanos; // guarded by the lock

    Dormancy(Engine<T> engine, Timetable times, long now) {
        this.engine = engine;
        this.times = times;
        quietSinceNanos = now;
    }

    boolean isDormant() {
        return engine.gate.has(Gate.DORMANT);
    }

    /** Somebody is about to use the pool. */
    void end(long now) {
        engine.gate.clear(Gate.DORMANT);
        quietSinceNanos = now;
    }

    /** For how long nothing has happened. */
    long quietFor(long now) {
        return now - quietSinceNanos;
    }

    /** Becomes dormant if nothing has happened for long enough. Called under the lock, as all below. */
    void look(Findings<T> findings, long now) {
        boolean isQuiet = findings.isQuiet
                && findings.expired.isEmpty()
                && !engine.demand.isAtWork()
                && engine.queue.head() == null
                && !engine.gate.has(Gate.CLOSED);
        if (!isQuiet) {
            quietSinceNanos = now;
        }
        boolean mayRest = !engine.sizing.isOn(); // a policy is told of each second
        if (isQuiet && mayRest && (engine.slots.occupied() == 0 || now - quietSinceNanos >= QUIET_NANOS)) {
            engine.gate.set(Gate.DORMANT);
        } else {
            engine.gate.clear(Gate.DORMANT);
        }
    }

    /** When something is due in a dormant pool. If an object was leased during this look, the dormancy ends, and that is soon. */
    long nextDue(long now) {
        long[] next = {now + Nanos.FOREVER};
        boolean[] isQuiet = {true};
        engine.slots.forEach(slot -> {
            long seen = slot.word();
            if (!slot.isAsObserved(seen)) {
                isQuiet[0] = false;
            } else if (Slot.state(seen) == Slot.IDLE) {
                next[0] = earlierIfAhead(next[0], slot.expiresAtNanos(), now);
                next[0] = earlierIfAhead(next[0], slot.unchangedSince() + times.idleTimeoutNanos(), now);
                if (times.hasValidator()) {
                    next[0] = earlierIfAhead(next[0], slot.keepaliveAtNanos(), now);
                    if (!Slot.isMarked(seen, Slot.CHECK)) {
                        next[0] = earlierIfAhead(
                                next[0], slot.uncheckedSince() + times.checkAfterNanos() - times.tickNanos(), now);
                        next[0] = Nanos.earlier(
                                next[0],
                                now + Timetable.LONGEST_TICK_NANOS); // or it is noticed late that it stood still
                    }
                }
            }
        });
        if (isQuiet[0]) {
            return next[0];
        }
        engine.gate.clear(Gate.DORMANT);
        quietSinceNanos = now;
        return now + times.tickNanos();
    }

    /** Ignores instants in the past: what was due then was just done, or can't be done before something else changes. */
    private static long earlierIfAhead(long next, long due, long now) {
        return Nanos.isPast(due, now) ? next : Nanos.earlier(next, due);
    }
}
