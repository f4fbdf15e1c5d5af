package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Which parts of the time are recorded: one in so many, at random among them, so that what comes every minute is neither always
 * recorded nor never. The very first one is, so that a short recording has something in it. For one thread at a time.
 */
final class SampledParts {

    static final Duration LENGTH = Duration.ofSeconds(10);

    private final int oneIn;
    private final SplittableRandom random;
    private long cycle;
    private int chosen;

    SampledParts(int oneIn, long seed) {
        this.oneIn = oneIn;
        random = new SplittableRandom(seed);
    }

    /** Asked in the order of time, since the beginning of the recording. */
    boolean contains(long nanos) {
        long part = nanos / Nanos.nanos(LENGTH);
        if (part / oneIn != cycle) {
            cycle = part / oneIn;
            chosen = random.nextInt(oneIn);
        }
        return part % oneIn == chosen;
    }
}
