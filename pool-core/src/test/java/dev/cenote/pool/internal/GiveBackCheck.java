package dev.cenote.pool.internal;

import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Waiter;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** P1 and P4, looked at by the one who gives back a pool's lock, each time and just before. */
final class GiveBackCheck {

    private final Engine<Thing> engine;
    private final List<Waiter<Thing>> waiting = new ArrayList<>(); // as they came
    private int occupied;
    private long served;

    GiveBackCheck(Engine<Thing> engine) {
        this.engine = engine;
    }

    void run() {
        checkOccupied();
        checkOrder();
    }

    /** P1: no more slots than may be are in use, but for those that were before the limit went down. */
    private void checkOccupied() {
        int[] now = new int[1];
        engine.slots.forEach(slot -> now[0] += slot.state() == Slot.EMPTY ? 0 : 1);
        assertThat(now[0])
                .as("P1: slots in use; %d were before", occupied)
                .isLessThanOrEqualTo(Math.max(occupied, engine.slots.limits().maxSize()));
        occupied = now[0];
    }

    /**
     * P4: nobody is served before an older one that goes on waiting. One who queues and is served under the lock at once is
     * never seen in the queue, and shows in the count alone.
     */
    private void checkOrder() {
        long unseen = engine.counters.missed - served;
        served += unseen;
        boolean oneGoesOnWaiting = false;
        for (Waiter<Thing> waiter : waiting) {
            if (!waiter.isSettled()) {
                oneGoesOnWaiting = true;
            } else if (waiter.grant() != null) {
                assertThat(oneGoesOnWaiting)
                        .as("P4: one was served before an older one")
                        .isFalse();
                unseen--;
            }
        }
        assertThat(oneGoesOnWaiting && unseen > 0)
                .as("P4: one who came last was served at once, before an older one")
                .isFalse();
        waiting.removeIf(Waiter::isSettled);
        for (Waiter<Thing> linked = oldest(); linked != null; linked = linked.newer()) {
            if (!waiting.contains(linked)) {
                waiting.add(linked);
            }
        }
    }

    private @Nullable Waiter<Thing> oldest() {
        Waiter<Thing> oldest = engine.queue.head();
        while (oldest != null && oldest.older() != null) { // the head itself may be wrong
            oldest = oldest.older();
        }
        return oldest;
    }
}
