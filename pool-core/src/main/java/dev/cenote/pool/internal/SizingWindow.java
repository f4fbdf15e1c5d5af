package dev.cenote.pool.internal;

import dev.cenote.pool.SizingPolicy;
import java.time.Duration;

/** What a pool does while a window of its sizing policy lasts. Guarded by the pool's lock. */
final class SizingWindow {

    private final long beganNanos;
    private final long releasedBefore;
    private final long failedBefore;
    private long sampledNanos;
    private double leasedNanos;
    private long fullNanos;

    /**
     * @param released how many leases had ended when it began
     * @param failed how many of them with an object that was given up
     */
    SizingWindow(long now, long released, long failed) {
        beganNanos = now;
        sampledNanos = now;
        releasedBefore = released;
        failedBefore = failed;
    }

    void sample(int leased, boolean isFull, long now) {
        long elapsed = now - sampledNanos;
        sampledNanos = now;
        leasedNanos += (double) leased * elapsed;
        fullNanos += isFull ? elapsed : 0;
    }

    SizingPolicy.Load load(long released, long failed, int maxSize, long now) {
        long time = Math.max(1, now - beganNanos);
        long newlyFailed = failed - failedBefore;
        return new SizingPolicy.Load(
                Duration.ofNanos(time),
                Math.max(0, released - releasedBefore - newlyFailed),
                newlyFailed,
                leasedNanos / time,
                fullNanos >= time / 2,
                maxSize);
    }
}
