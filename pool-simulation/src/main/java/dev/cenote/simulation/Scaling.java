package dev.cenote.simulation;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How holds grow with the number of leases that are out, fitted to windows of a recording: {@code hold(n) = hold(1) · (1 + σ(n − 1)
 * + κ n(n − 1))}, the universal scalability law, by weighted least squares.
 *
 * @param contention σ
 * @param contentionError its standard error
 * @param crosstalk κ
 * @param crosstalkError its standard error
 * @param windows how many windows there were
 * @param fewest the fewest leases that were out on the average of a window
 * @param most the most
 */
record Scaling(
        double contention,
        double contentionError,
        double crosstalk,
        double crosstalkError,
        int windows,
        double fewest,
        double most) {

    private static final int FEWEST_WINDOWS = 20;
    private static final int FEWEST_ENDS = 20; // of leases, in a window
    private static final double SMALLEST_RANGE = 2;
    private static final long SHORTEST_WINDOW_NANOS = 100_000_000;
    private static final int MOST_WINDOWS = 100_000;

    /** Empty if the recording has too few windows, or if all are alike. */
    static Optional<Scaling> of(Recording recording) {
        Calls calls = recording.calls();
        long length = recording.length().toNanos();
        double meanHold = java.util.Arrays.stream(calls.holds()).average().orElse(0);
        long window = Math.max(
                Math.max(SHORTEST_WINDOW_NANOS, length / MOST_WINDOWS), (long) Math.min(20 * meanHold, length));
        return fit(new Windows(calls, window, (int) (length / window)));
    }

    /**
     * What a recording shows in each window: leases that ended, and integrals over the time of the number n of leases that are out.
     * A lease shares the server with those that are out while it is: so the mean over all leases' time counts, not that over time.
     */
    private static final class Windows {
        final long nanos;
        final double[] leased; // of n
        final double[] pairs; // of n (n - 1)
        final double[] triples; // of n² (n - 1)
        final int[] ends;

        Windows(Calls calls, long nanos, int count) {
            this.nanos = nanos;
            leased = new double[count];
            pairs = new double[count];
            triples = new double[count];
            ends = new int[count];
            int[] held = IntStream.range(0, calls.size())
                    .filter(i -> calls.held[i] != Calls.NOTHING)
                    .toArray();
            long[] begins = IntStream.of(held).mapToLong(calls::begun).sorted().toArray();
            long[] endings = IntStream.of(held)
                    .mapToLong(i -> calls.begun(i) + calls.held[i])
                    .sorted()
                    .toArray();
            long last = 0;
            int next = 0;
            for (int ended = 0; ended < endings.length; ) {
                boolean isBegin = next < begins.length && begins[next] <= endings[ended];
                long instant = isBegin ? begins[next] : endings[ended];
                add(last, instant, next - ended);
                last = instant;
                if (isBegin) {
                    next++;
                } else {
                    ended++;
                    if (instant / nanos < count) {
                        ends[(int) (instant / nanos)]++;
                    }
                }
            }
        }

        private void add(long from, long to, double running) {
            for (long at = from; at < to && at / nanos < ends.length; ) {
                int window = (int) (at / nanos);
                long end = Math.min(to, (window + 1) * nanos);
                leased[window] += running * (end - at);
                pairs[window] += running * (running - 1) * (end - at);
                triples[window] += running * running * (running - 1) * (end - at);
                at = end;
            }
        }
    }

    private static Optional<Scaling> fit(Windows windows) {
        Regression both = new Regression(3);
        double fewest = Double.MAX_VALUE;
        double most = 0;
        int used = 0;
        for (int i = 0; i < windows.ends.length; i++) {
            if (windows.ends[i] >= FEWEST_ENDS) {
                double leased = windows.leased[i];
                double running = leased / windows.nanos;
                double hold = leased / windows.ends[i]; // Little's law
                both.add(windows.ends[i], hold, 1, windows.pairs[i] / leased, windows.triples[i] / leased);
                fewest = Math.min(fewest, running);
                most = Math.max(most, running);
                used++;
            }
        }
        if (used < FEWEST_WINDOWS || most < SMALLEST_RANGE * fewest || most < SMALLEST_RANGE) {
            return Optional.empty();
        }
        Regression.Fit fit = both.solve(true, true, true);
        if (fit.value()[1] < 0) {
            fit = both.solve(true, false, true);
        }
        if (fit.value()[2] < 0) {
            fit = both.solve(true, true, false);
        }
        double alone = fit.value()[0];
        if (!(alone > 0)) {
            return Optional.empty();
        }
        return Optional.of(new Scaling(
                Math.max(0, fit.value()[1] / alone),
                fit.error()[1] / alone,
                Math.max(0, fit.value()[2] / alone),
                fit.error()[2] / alone,
                used,
                fewest,
                most));
    }

    Server server() {
        return Server.scaling(contention, crosstalk);
    }

    Server atBest() {
        return Server.scaling(
                Math.max(0, contention - 2 * contentionError), Math.max(0, crosstalk - 2 * crosstalkError));
    }

    Server atWorst() {
        return Server.scaling(contention + 2 * contentionError, crosstalk + 2 * crosstalkError);
    }
}
