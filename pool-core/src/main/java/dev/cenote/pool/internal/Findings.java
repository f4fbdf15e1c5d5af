package dev.cenote.pool.internal;

import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * What a look at all slots found to be due. The look takes no lock: what is found is seen again under the lock before anything
 * is done about it. It notes for how long each slot has been as it is, and marks objects that are to be checked before they are
 * leased.
 */
final class Findings<T> {

    final List<Slot<T>> toEvict = new ArrayList<>();
    final List<Slot<T>> expired = new ArrayList<>();
    final List<Slot<T>> heldTooLong = new ArrayList<>();
    final List<Slot<T>> leaked = new ArrayList<>();
    final List<Slot<T>> toKeepAlive = new ArrayList<>();
    int idle;
    int leased;
    int leaving;
    boolean isQuiet = true; // all that exists was idle and unchanged
    private final Timetable times;

    /**
     * Looks at all slots.
     *
     * @param lastLookNanos when it was done the last time
     */
    Findings(Slots<T> slots, Timetable times, long now, long lastLookNanos) {
        this.times = times;
        slots.forEach(slot -> look(slot, now, lastLookNanos));
    }

    private void look(Slot<T> slot, long now, long lastLookNanos) {
        long seen = slot.word();
        int state = Slot.state(seen);
        boolean isChanged = slot.observe(seen, now, lastLookNanos);
        if (state != Slot.EMPTY && (state != Slot.IDLE || isChanged)) {
            isQuiet = false;
        }
        if (Slot.isMarked(seen, Slot.RETIRE) && state != Slot.LEASED) {
            return;
        }
        leaving += Slot.isMarked(seen, Slot.RETIRE) ? 1 : 0;
        if (state == Slot.LEASED && slot.unchangedForAtLeast(now) >= times.leakNanos()) {
            leaked.add(slot);
        }
        if (state == Slot.LEASED && slot.unchangedForAtLeast(now) >= times.maxLeaseNanos()) {
            heldTooLong.add(slot);
        } else if ((state == Slot.LEASED || state == Slot.IDLE)
                && slot.isExpired(now)
                && !Slot.isMarked(seen, Slot.RETIRE)) {
            expired.add(slot);
        } else if (state == Slot.IDLE && slot.unchangedForAtLeast(now) >= times.idleTimeoutNanos()) {
            toEvict.add(slot);
        }
        if (state == Slot.IDLE) { // also what is expired, and waits for its replacement: it may be leased
            if (times.hasValidator() && slot.needsKeepalive(now)) {
                toKeepAlive.add(slot);
            }
            if (times.hasValidator()
                    && !Slot.isMarked(seen, Slot.CHECK)
                    && slot.uncheckedForAtMost(now) + times.tickNanos() >= times.checkAfterNanos()) {
                slot.tryMarkCheck(seen); // lost to an acquirer: then it is not idle any more
            }
        }
        idle += state == Slot.IDLE ? 1 : 0;
        leased += state == Slot.LEASED ? 1 : 0;
    }
}
