package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.WaitQueue;

/**
 * <b>What:</b> brings a pool down to a {@code maxSize} that was lowered: idle objects at once, leased ones as they come
 * back.
 *
 * <p><b>Invariant</b> (when the lock is free): while more objects exist than may, those being destroyed left out, the
 * gate is OVERSIZE and nothing is idle, or on its way to {@link #trim}: who makes a slot idle reads the gate after that.
 */
public final class Shrinking<T> {

    private final Parts<T> parts;
    private final Retirement<T> retirement;

    public Shrinking(Parts<T> parts, Retirement<T> retirement) {
        this.parts = parts;
        this.retirement = retirement;
    }

    public boolean isOversize() {
        return -parts.capacity().room() > retirement.occupying();
    }

    /** Destroys idle objects while there are too many, and keeps the gate in step with that. */
    public void trim() {
        assert parts.lock().isHeld();
        WaitQueue<T> queue = parts.queue();
        if (!isOversize() && !queue.has(WaitQueue.OVERSIZE)) {
            return;
        }
        queue.set(WaitQueue.OVERSIZE); // before the look at the store: who comes to it later sees the gate
        while (isOversize()) {
            Slot<T> slot = parts.idle().take(Slot.RETIRING);
            if (slot == null) {
                return;
            }
            retirement.begin(slot, DestroyReason.SHRUNK);
        }
        queue.clear(WaitQueue.OVERSIZE);
    }

    /** Lets go of slots that the smaller pool will not need. What is in the store can't go, so what is not idle leaves it. */
    public void shed() {
        if (parts.capacity().hasTooMany()) {
            parts.idle().dropAllButIdle();
            parts.capacity().shed();
        }
    }
}
