package dev.cenote.pool.internal.stats;

import dev.cenote.pool.PoolListener;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.SafeLog;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user's listener, which lets nothing out that it throws. */
final class GuardedListener {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final String pool;
    private final @Nullable PoolListener listener;
    private final PoolLock lock;

    /** @param listener null if there is none */
    GuardedListener(String pool, @Nullable PoolListener listener, PoolLock lock) {
        this.pool = pool;
        this.listener = listener;
        this.lock = lock;
    }

    /** Tells an event: now, or once the lock is free. */
    void tell(Consumer<PoolListener> event) {
        if (listener == null) {
            return;
        }
        if (lock.isHeld()) {
            lock.tell(() -> tellNow(listener, event));
        } else {
            tellNow(listener, event);
        }
    }

    private void tellNow(PoolListener listener, Consumer<PoolListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable thrown) {
            try {
                LOG.warn("Pool '{}': its listener threw" + Help.on("your-code-threw"), pool, thrown);
            } catch (Throwable again) {
                SafeLog.add(thrown, again);
            }
        }
    }
}
