package dev.cenote.simulation;

import dev.cenote.pool.Fairness;
import dev.cenote.simulation.Calls.Ending;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** Recordings that nobody made: calls with known arrivals and holds. */
final class Scenario {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Scenario() {}

    /** Calls that come at random, so many a second, and hold their leases for so long, which may be random, too. */
    static Recording poisson(long seed, int size, int calls, double perSecond, DoubleUnaryOperator holdNanos) {
        return poisson(seed, size, calls, at -> perSecond, holdNanos);
    }

    /** The same, with a rate that depends on the second. */
    static Recording poisson(
            long seed, int size, int calls, DoubleUnaryOperator perSecond, DoubleUnaryOperator holdNanos) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] arrived = new long[calls];
        long[] held = new long[calls];
        double at = 0;
        for (int i = 0; i < calls; i++) {
            at += exponential(random.nextDouble()) / perSecond.applyAsDouble(at / 1e9) * 1e9;
            arrived[i] = (long) at;
            held[i] = (long) holdNanos.applyAsDouble(random.nextDouble());
        }
        return of(size, arrived, held);
    }

    /** To be multiplied by the mean. */
    static double exponential(double random) {
        return -Math.log(1 - random);
    }

    static Recording of(int size, long[] arrived, long[] held) {
        long[] timeout = new long[arrived.length];
        Arrays.fill(timeout, TIMEOUT.toNanos());
        Ending[] ending = new Ending[arrived.length];
        Arrays.fill(ending, Ending.LEASED);
        long end = arrived.length == 0 ? 0 : arrived[arrived.length - 1];
        return new Recording(
                settings(size),
                new Calls(arrived, new long[arrived.length], held, timeout, ending),
                new Recording.Creates(),
                Duration.ofNanos(end),
                0,
                true);
    }

    static Recording.Settings settings(int size) {
        return new Recording.Settings(
                "scenario",
                size,
                0,
                1_024,
                TIMEOUT,
                Duration.ofMinutes(10),
                Duration.ofMinutes(30),
                0.25,
                0,
                4,
                false,
                Fairness.STRICT);
    }
}
