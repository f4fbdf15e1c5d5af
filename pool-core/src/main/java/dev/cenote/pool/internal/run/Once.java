package dev.cenote.pool.internal.run;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An action that is run once, by whichever thread comes first: an executor may be late, throw after it ran a task, or run it
 * twice. Once it has begun, the action is not kept: an executor that keeps this task for ever does not keep the pool reachable.
 */
final class Once implements Runnable {

    private final AtomicBoolean hasBegun = new AtomicBoolean();
    private @Nullable Runnable action; // of the thread that has set hasBegun

    Once(Runnable action) {
        this.action = action;
    }

    boolean hasBegun() {
        return hasBegun.get();
    }

    @Override
    public void run() {
        if (hasBegun.compareAndSet(false, true)) {
            Runnable once = action;
            action = null;
            if (once != null) {
                once.run();
            }
        }
    }
}
