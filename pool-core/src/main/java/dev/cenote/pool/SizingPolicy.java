package dev.cenote.pool;

import java.util.stream.IntStream;

/**
 * Tells how many objects a pool should have, by what was wanted lately, so that it grows before callers have to wait for
 * an object to be made, and shrinks when they want less.
 *
 * <p>With a policy, {@link PoolBuilder#idleTimeout} has no effect: what is idle goes, longest idle first, while more
 * objects exist than the policy wants and more than {@code minIdle} are idle; and objects are made until as many exist
 * as it wants, whoever waits. Callers that find nothing still have objects made for them at once, up to {@code maxSize}.
 *
 * <p>Called once a second, never by two threads at once for one pool, off the callers' threads and never under a lock.
 * What it throws is logged, and its last answer stays. May be shared by pools if it keeps no state.
 */
@FunctionalInterface
public interface SizingPolicy {

    /**
     * Tells how many objects should exist, idle and leased ones together.
     *
     * @param peaks for each of the last seconds, 1 to 300 of them, the newest first: the most objects that were wanted at
     *     once. Leases are counted ten times a second, and a caller that finds nothing, or nothing that is valid, counts as one more than exist; one whose
     *     object is only validated does not. The
     *     array is the policy's to keep
     * @return how many; cut to what {@code minIdle} and {@code maxSize} allow
     */
    int size(int[] peaks);

    /**
     * A policy that wants as many objects as the last second's peak, or the mean of the last five minutes' peaks and three
     * standard deviations, whichever is more. By Cantelli's inequality a peak exceeds that at most one time in ten
     * however demand is distributed, and by far not so often if it is nearly normal. So a steady load gets little more
     * than it needs, and one that comes in bursts keeps objects for the next, if that comes within five minutes.
     *
     * @return a policy without state
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
