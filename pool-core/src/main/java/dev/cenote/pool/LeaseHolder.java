package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;

/**
 * Who holds a lease, for diagnosis.
 *
 * @param threadId the thread that acquired it, 0 if it was acquired asynchronously
 * @param threadName its name, empty if it is not known (a virtual thread, or one that has ended)
 * @param heldFor for how long at least; seen by the housekeeper, so up to a second may be missing
 * @serial exclude
 */
public record LeaseHolder(long threadId, String threadName, Duration heldFor) implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
        String who = threadId == 0 ? "(asynchronous)" : threadName.isEmpty() ? "thread #" + threadId : threadName;
        return who + " for " + heldFor.toMillis() + " ms";
    }
}
