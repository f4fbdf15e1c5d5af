package dev.cenote.pool.internal.stats;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.internal.run.PoolLock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the user's listener, and lets nothing that it throws out. Called outside the lock. */
public final class GuardedListener implements PoolListener {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final PoolListener listener;
    private final PoolLock lock;
    private final PoolListener recorder;

    /** @param recorder is told first what objects are made and fail; it throws nothing */
    public GuardedListener(PoolListener listener, PoolLock lock, PoolListener recorder) {
        this.listener = listener;
        this.lock = lock;
        this.recorder = recorder;
    }

    private void tell(Consumer<PoolListener> what) {
        assert !lock.isHeld() : "bug: user code under the lock";
        try {
            what.accept(listener);
        } catch (Throwable thrown) {
            LOG.warn("A pool listener threw", thrown);
        }
    }

    @Override
    public void created(Duration took) {
        recorder.created(took);
        tell(it -> it.created(took));
    }

    @Override
    public void createFailed(Throwable cause) {
        recorder.createFailed(cause);
        tell(it -> it.createFailed(cause));
    }

    @Override
    public void destroyed(DestroyReason reason) {
        tell(it -> it.destroyed(reason));
    }

    @Override
    public void destroyFailed(Throwable cause) {
        tell(it -> it.destroyFailed(cause));
    }

    @Override
    public void validationFailed() {
        recorder.validationFailed();
        tell(PoolListener::validationFailed);
    }

    @Override
    public void faultReported(Throwable cause) {
        tell(it -> it.faultReported(cause));
    }

    @Override
    public void leakSuspected(LeaseHolder holder, boolean isLost, Optional<Throwable> acquired) {
        tell(it -> it.leakSuspected(holder, isLost, acquired));
    }

    @Override
    public void timedOut() {
        tell(PoolListener::timedOut);
    }

    @Override
    public void refused() {
        tell(PoolListener::refused);
    }

    @Override
    public void staleClose() {
        tell(PoolListener::staleClose);
    }

    @Override
    public void closed() {
        tell(PoolListener::closed);
    }
}
