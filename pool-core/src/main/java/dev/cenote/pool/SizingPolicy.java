package dev.cenote.pool;

import dev.cenote.pool.internal.stats.AdaptiveLimit;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Tells how many objects a pool should have, by what was wanted lately. So the pool grows before callers have to wait for
 * an object to be made, and shrinks when they want less.
 *
 * <p>With a policy, {@link PoolBuilder#idleTimeout} has no effect. While more objects exist than the policy wants and more than
 * {@code minIdle} are idle, idle objects are destroyed, the one that has been idle longest first. While fewer exist than it
 * wants, objects are made, whether or not a caller waits. A caller that finds nothing still has an object made at once, up to
 * {@code maxSize}.
 *
 * <p>The pool calls it once a second, never by two threads at once, off the callers' threads and never under a lock. If it
 * throws, that is logged, and its last answer stays. Several pools may share a policy that keeps no state.
 *
 * @since 0.9.0
 */
@FunctionalInterface
public interface SizingPolicy {

    /**
     * Tells how many objects should exist, idle and leased ones together.
     *
     * @param peaks for each of the last seconds, 1 to 300 of them, the newest first: the most objects that were wanted at
     *     once. Leases are counted ten times a second. A caller that finds nothing, or nothing that is valid, counts as one
     *     more than exist; a caller whose object is only validated does not. The policy may keep the array
     * @return how many; the pool cuts the number to what {@code minIdle} and {@code maxSize} allow
     * @since 0.9.0
     */
    int size(int[] peaks);

    /**
     * A policy that wants as many objects as the last second's peak, or as the mean of the last five minutes' peaks plus three
     * standard deviations, whichever is more. By Cantelli's inequality a peak exceeds that at most one time in ten, however
     * demand is distributed, and far less often if it is nearly normal. So a steady load gets little more than it needs. A load
     * that comes in bursts keeps objects for the next burst, if that comes within five minutes.
     *
     * @return a policy without state
     * @since 0.9.0
     */
    static SizingPolicy recentPeaks() {
        return peaks -> {
            double mean = IntStream.of(peaks).average().orElse(0);
            double variance = IntStream.of(peaks)
                    .mapToDouble(peak -> (peak - mean) * (peak - mean))
                    .average()
                    .orElse(0);
            return (int) Math.ceil(Math.max(peaks[0], mean + 3 * Math.sqrt(variance)));
        };
    }

    /**
     * What a pool has done lately.
     *
     * @param time how long that took, about a second
     * @param served leases that have ended, but for failed ones
     * @param failed leases that were invalidated or revoked
     * @param inUse objects that were leased, on average
     * @param isFull whether callers needed more objects than there may be for half of the time or longer
     * @param maxSize how many there may be at the moment
     * @since 0.9.0
     */
    record Load(Duration time, long served, long failed, double inUse, boolean isFull, int maxSize) {}

    /**
     * Tells how many objects may exist at most. The pool asks it once a second, as {@link #size}. It keeps to the answer as if it had
     * been resized to it, but never has more than the {@code maxSize} that its user has set, nor fewer than {@code minIdle}.
     *
     * @param load what the pool has done in the last second
     * @return the bound; empty, as by default, to leave it as it is
     * @since 0.9.0
     */
    default OptionalInt limit(Load load) {
        return OptionalInt.empty();
    }

    /**
     * A policy that looks for the size from which on more objects bring no more throughput, and lets no more exist. It suits a server
     * that gets slower when too much runs at once, and whose capacity changes or is not known. Objects are made as with {@link
     * #recentPeaks}.
     *
     * <p>It begins with 8 objects, or {@code maxSize} if that is less. When callers need more, it compares windows of 1 to 30 s
     * with at least 50 uses each: throughput and the time of a use as the number of objects in use changes. If more in use bring
     * more throughput, it lets more exist. If they do not (their correlation with throughput is negative, or below 0.3 while that
     * with the time of a use is above 0.5), it lets fewer exist. If nothing can be told, it goes no further. When it has found
     * the size, one window in five, by chance, is a second longer, so that replicas do not all try at once.
     *
     * <p>A server on which each use times out makes it no larger, provided that it learns of the failures: by {@link
     * AdaptiveSizing#used}, or since the leases are invalidated. Connections of {@code cenote-jdbc} tell it by themselves. If holders
     * close their leases as if all were well, a time-out looks like throughput, and more and more objects exist, up to {@code maxSize}.
     *
     * <p>The rule of correlations is that of Uber's Cinnamon and failsafe-go. See docs/sizing.md for what it reaches, and where a fixed
     * size is better.
     *
     * @return a policy for one pool
     * @since 0.9.0
     */
    static AdaptiveSizing adaptive() {
        return new AdaptiveLimit(ThreadLocalRandom.current().nextLong());
    }
}
