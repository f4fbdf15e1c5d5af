package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;

/**
 * A caller in the queue, for diagnosis.
 *
 * @param threadId the thread that waits; 0 for a future
 * @param threadName its name; empty for a future, and for a thread without a name, as most virtual threads are
 * @param waited for how long it has waited
 * @param left for how long it may still wait
 * @serial exclude
 * @since 0.9.0
 */
public record PoolWaiter(long threadId, String threadName, Duration waited, Duration left) implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * The caller in words.
     *
     * @return the thread's name, or its id if it has no name; or that it is a future
     * @since 0.9.0
     */
    public String who() {
        if (threadId == 0) {
            return "(asynchronous)";
        }
        return threadName.isEmpty() ? "thread #" + threadId : threadName;
    }
}
