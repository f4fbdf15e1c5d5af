package dev.cenote.pool;

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
}
