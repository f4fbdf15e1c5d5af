package dev.cenote.gateway;

import dev.cenote.latency.OneFilePage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * How a case is measured.
 *
 * @param clients of the load
 * @param rate logins a second that fall due; 0 for a closed loop
 * @param warmUpSeconds before the record begins
 * @param seconds recorded
 * @param timeoutMillis of a login
 * @param attempts who logs in
 */
record Measurement(
        int clients,
        double rate,
        double warmUpSeconds,
        double seconds,
        long timeoutMillis,
        Supplier<LoginAttempt> attempts) {

    private static final int WARM_UP_CLIENTS = 64;
    /** Until all clients are connected. */
    private static final double SETTLING_SECONDS = 3;

    /** The servers under the load. */
    interface Measured {
        /** Where the clients connect. */
        InetSocketAddress address();

        /** Processor time so far by part, in nanoseconds. */
        Map<String, Long> cpuNanos() throws IOException;

        /** What the servers have counted. */
        List<String> stats() throws IOException;
    }

    /** What is to be done while the load runs. */
    @FunctionalInterface
    interface Meanwhile {
        void run(Tally tally, Load load) throws IOException, InterruptedException;
    }

    /** Drives the load, and returns what came of it. */
    Result run(String name, Measured measured, Setup setup, Meanwhile meanwhile)
            throws IOException, InterruptedException {
        warmUp(measured);
        Tally tally = new Tally();
        Load load = new Load(measured.address(), clients, rate, timeoutMillis, attempts, tally);
        try {
            load.start();
            TimeUnit.MILLISECONDS.sleep((long) (Math.min(SETTLING_SECONDS, warmUpSeconds) * 1_000));
            Map<String, Long> before = measured.cpuNanos();
            tally.begin();
            meanwhile.run(tally, load);
            long[] unfinished = load.endRecord();
            Map<String, Long> after = measured.cpuNanos();
            return result(name, setup, tally, unfinished, before, after, measured);
        } finally {
            load.stop();
        }
    }

    /** In a closed loop: what cold JVMs can't do does not pile up before the record begins. */
    private void warmUp(Measured measured) throws InterruptedException {
        Load load = new Load(
                measured.address(), Math.min(clients, WARM_UP_CLIENTS), 0, timeoutMillis, attempts, new Tally());
        try {
            load.start();
            TimeUnit.MILLISECONDS.sleep((long) (warmUpSeconds * 1_000));
        } finally {
            load.stop();
        }
    }

    Measurement withSeconds(double seconds) {
        return new Measurement(clients, rate, warmUpSeconds, seconds, timeoutMillis, attempts);
    }

    /** As long as the record is to be, with nothing done. */
    void justRun(Tally tally, Load load) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long) (seconds * 1_000));
    }

    private static Result result(
            String name,
            Setup setup,
            Tally tally,
            long[] unfinished,
            Map<String, Long> before,
            Map<String, Long> after,
            Measured measured)
            throws IOException {
        Histogram times = tally.times();
        long logins = times.getTotalCount();
        for (long nanos : unfinished) {
            times.recordValue(nanos);
        }
        Map<String, Double> micros = new LinkedHashMap<>();
        Map<String, Double> busy = new LinkedHashMap<>();
        after.forEach((part, nanos) -> {
            long used = Math.max(0, nanos - before.get(part)); // a part that was started anew begins at 0
            micros.put(part, used / 1e3 / Math.max(1, logins));
            busy.put(part, used / 1e9 / tally.seconds());
        });
        return new Result(
                name,
                setup.sockets(),
                setup.sessions(),
                tally.seconds(),
                tally.due(),
                logins,
                unfinished.length,
                tally.errors(),
                Result.percentileNanos(times),
                micros,
                busy,
                tally.timeline(),
                OneFilePage.percentiles(times),
                measured.stats());
    }
}
