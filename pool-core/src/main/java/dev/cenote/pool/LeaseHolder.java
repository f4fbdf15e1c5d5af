package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Who holds a lease, for diagnosis. An acquire reads no clock, so its time is only known to lie between two looks of the
 * housekeeper, which are a second apart at most. So for how long a lease is held is told as two bounds.
 *
 * @param threadId the thread that acquired the lease, or that runs the function of a {@link Pool#withObjectAsync}; 0 if the
 *     lease was acquired asynchronously in another way
 * @param threadName its name, empty if it is not known (a virtual thread, or one that has ended)
 * @param heldFor for how long at least
 * @param heldForAtMost for how long at most
 * @serial exclude
 * @since 0.9.0
 */
public record LeaseHolder(long threadId, String threadName, Duration heldFor, Duration heldForAtMost)
        implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;

    private static final String UNKNOWN = Runtime.version().feature() < 21 ? "ended" : "virtual, or ended";

    /**
     * The holder in words.
     *
     * @return the thread's name; or its id, and why there is no name; or that no thread holds it
     * @since 0.9.0
     */
    public String who() {
        if (threadId == 0) {
            return "(asynchronous)";
        }
        return threadName.isEmpty() ? "thread #" + threadId + " (" + UNKNOWN + ")" : threadName;
    }

    @Override
    public String toString() {
        long least = TimeUnit.MILLISECONDS.convert(heldFor);
        long most = TimeUnit.MILLISECONDS.convert(heldForAtMost);
        return who() + " for " + (least == most ? "" : least + " to ") + most + " ms";
    }
}
