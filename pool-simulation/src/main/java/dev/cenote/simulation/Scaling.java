package dev.cenote.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How holds grow with the number of leases that are out, fitted to windows of a recording: {@code hold(n) = hold(1) · (1 + σ(n − 1)
 * + κ n(n − 1))}, the universal scalability law, by weighted least squares.
 *
 * <p>A hold that happens to be long also makes n larger, which is no contention. So windows are put into groups by how many callers
 * were there when they began or came within them, and the law is fitted to the groups. These callers change n, and holds that begin
 * later do not change their number. This is Wald's method of grouping, with the callers as the instrument.
 *
 * @param contention σ
 * @param contentionError its standard error, or less if it cannot be so large
 * @param crosstalk κ
 * @param crosstalkError the same of κ
 * @param windows how many windows there were
 * @param fewest the leases that were out on average, with so many callers that a tenth of the windows had fewer
 * @param most the same where a tenth of the windows had more
 */
record Scaling(
        double contention,
        double contentionError,
        double crosstalk,
        double crosstalkError,
        int windows,
        double fewest,
        double most) {

    private static final int GROUPS = 20;
    private static final int FEWEST_WINDOWS = 5 * GROUPS;
    private static final int FEWEST_CALLERS = 20; // in a window
    private static final double SMALLEST_RANGE = 2;
    private static final long SHORTEST_WINDOW_NANOS = 100_000_000;
    private static final int MOST_WINDOWS = 100_000;

    /** Empty if the recording has too few windows, or if all are alike. */
    static Optional<Scaling> of(Recording recording) {
        Calls calls = recording.calls();
        long length = recording.length().toNanos();
        double meanHold = Arrays.stream(calls.holds()).average().orElse(0);
        long window = Math.max(
                Math.max(SHORTEST_WINDOW_NANOS, length / MOST_WINDOWS), (long) Math.min(20 * meanHold, length));
        return new Windows(calls, window, (int) (length / window) + 1).fit();
    }

    /**
     * What a recording shows in each window: callers, the holds of the leases that began, and integrals over the time of the number n
     * of leases that are out. A lease shares the server with those that are out while it is: so the mean over all leases' time counts,
     * not that over time.
     */
    private static final class Windows {
        final long nanos;
        final int[] callers; // that were there, or came
        final int[] begun; // leases
        final double[] holds;
        final double[] leased; // of n
        final double[] pairs; // of n (n - 1)
        final double[] triples; // of n² (n - 1)

        Windows(Calls calls, long nanos, int count) {
            this.nanos = nanos;
            callers = new int[count];
            begun = new int[count];
            holds = new double[count];
            leased = new double[count];
            pairs = new double[count];
            triples = new double[count];
            count(calls);
            integrate(calls);
        }

        private void count(Calls calls) {
            int[] gone = new int[callers.length];
            for (int i = 0; i < calls.size(); i++) {
                int came = window(calls.arrived[i]);
                int began = window(calls.begun(i));
                int left = window(calls.begun(i) + Math.max(0, calls.held[i]));
                callers[came]++;
                gone[left]++;
                if (calls.ending[i] == Calls.Ending.LEASED) {
                    begun[began]++;
                    holds[began] += calls.held[i];
                }
            }
            int present = 0;
            for (int i = 0; i < callers.length; i++) {
                callers[i] += present;
                present = callers[i] - gone[i];
            }
        }

        /** The last one is for what came after the last whole window, and is not used. */
        private int window(long instant) {
            return (int) Math.min(instant / nanos, leased.length - 1);
        }

        private void integrate(Calls calls) {
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
                }
            }
        }

        private void add(long from, long to, double running) {
            for (long at = from; at < to && at / nanos < leased.length; ) {
                int window = (int) (at / nanos);
                long end = Math.min(to, (window + 1) * nanos);
                leased[window] += running * (end - at);
                pairs[window] += running * (running - 1) * (end - at);
                triples[window] += running * running * (running - 1) * (end - at);
                at = end;
            }
        }

        Optional<Scaling> fit() {
            int[] order = IntStream.range(0, callers.length - 1)
                    .filter(i -> callers[i] >= FEWEST_CALLERS && begun[i] > 0)
                    .boxed()
                    .sorted(Comparator.comparingInt(i -> callers[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            if (order.length < FEWEST_WINDOWS) {
                return Optional.empty();
            }
            Regression both = new Regression(3);
            double[] running = new double[GROUPS];
            for (int i = 0; i < GROUPS; i++) {
                int[] group = Arrays.copyOfRange(order, i * order.length / GROUPS, (i + 1) * order.length / GROUPS);
                double leaseNanos = sum(leased, group);
                double leases = IntStream.of(group).map(window -> begun[window]).sum();
                double hold = sum(holds, group) / leases;
                both.add(leases, hold, 1, sum(pairs, group) / leaseNanos, sum(triples, group) / leaseNanos);
                running[i] = leaseNanos / group.length / nanos;
            }
            double fewest = running[GROUPS / 10];
            double most = running[GROUPS - 1 - GROUPS / 10];
            return most < SMALLEST_RANGE * fewest || most < SMALLEST_RANGE
                    ? Optional.empty()
                    : Scaling.of(both, order.length, fewest, most);
        }

        private static double sum(double[] column, int[] group) {
            return IntStream.of(group).mapToDouble(window -> column[window]).sum();
        }
    }

    private static Optional<Scaling> of(Regression both, int windows, double fewest, double most) {
        Regression.Fit full = both.solve(true, true, true);
        Regression.Fit onlyContention = both.solve(true, true, false);
        Regression.Fit onlyCrosstalk = both.solve(true, false, true);
        Regression.Fit fit = full;
        if (fit.value()[1] < 0) {
            fit = onlyCrosstalk;
        }
        if (fit.value()[2] < 0) {
            fit = onlyContention;
        }
        double alone = fit.value()[0];
        if (!(alone > 0)) {
            return Optional.empty();
        }
        return Optional.of(new Scaling(
                Math.max(0, fit.value()[1] / alone),
                error(1, fit, full, onlyContention) / alone,
                Math.max(0, fit.value()[2] / alone),
                error(2, fit, full, onlyCrosstalk) / alone,
                windows,
                fewest,
                most));
    }

    /**
     * Half of what a coefficient may be larger. If it was left out, the fit with both still says how large it may be. If few loads
     * differ, that fit does not tell the two apart, and each has a large error; but none is larger than if the other one were zero.
     */
    private static double error(int index, Regression.Fit fit, Regression.Fit full, Regression.Fit only) {
        double most = Math.min(most(index, full), most(index, only));
        return Math.max(0, most - Math.max(0, fit.value()[index])) / 2;
    }

    private static double most(int index, Regression.Fit fit) {
        return Math.max(0, fit.value()[index]) + 2 * fit.error()[index];
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
