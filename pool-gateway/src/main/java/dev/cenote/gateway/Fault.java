package dev.cenote.gateway;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What goes wrong while the load runs. */
enum Fault {
    /** All sessions break, and for a while no new ones can be opened. */
    DATABASE("the database is restarted") {
        @Override
        String happen(Stack stack, Database database, int seconds) throws IOException {
            long begin = System.nanoTime();
            database.stop();
            database.start();
            return away(begin);
        }
    },

    /** All connections break, requests are lost, and for two seconds and a JVM's start connects are refused. */
    SERVER("the TCP server is killed, and started 2 s later") {
        @Override
        String happen(Stack stack, Database database, int seconds) throws IOException, InterruptedException {
            long begin = System.nanoTime();
            stack.killServer();
            TimeUnit.SECONDS.sleep(2);
            stack.startServer();
            return away(begin);
        }
    },

    /** As a firewall or a server's idle time-out would. */
    FIN("a FIN to every idle connection") {
        @Override
        String happen(Stack stack, Database database, int seconds) throws IOException {
            return stack.finishIdle();
        }
    },

    /** Clients that ask and never read. */
    SLOW("20 more clients ask and do not take the answers") {
        @Override
        String happen(Stack stack, Database database, int seconds) throws IOException, InterruptedException {
            try (SlowClients clients = new SlowClients(stack.address(), 20)) {
                TimeUnit.SECONDS.sleep(seconds - 2);
                return String.format(Locale.ROOT, "they sent %,d requests, and then none was taken", clients.sent());
            }
        }
    };

    private static final int PATIENCE_SECONDS = 60;

    /** What happens, in words. */
    final String what;

    Fault(String what) {
        this.what = what;
    }

    /**
     * Returns what there is to say of it.
     *
     * @param seconds for how long it may last, and one more on each side
     */
    abstract String happen(Stack stack, Database database, int seconds) throws IOException, InterruptedException;

    private static String away(long beginNanos) {
        return "it was away for " + Text.millis(System.nanoTime() - beginNanos);
    }

    /**
     * What clients saw of one.
     *
     * @param fault which
     * @param note of {@link Fault#happen}
     * @param logins that were done
     * @param errors by what the client saw
     * @param errorSpanNanos from the first error to the last
     * @param gapNanos the longest time without a login
     * @param slowestNanos the longest login
     * @param isWell whether no login was late any more in the end
     * @param wellNanos from the fault until then, or until nobody waited for it any longer
     * @param timeline tenths of seconds
     */
    record Seen(
            Fault fault,
            String note,
            long logins,
            Map<String, Long> errors,
            long errorSpanNanos,
            long gapNanos,
            long slowestNanos,
            boolean isWell,
            long wellNanos,
            List<Tally.Interval> timeline) {}

    /** Lets it happen after a second, and records until the time is over and nobody is late any more, or it took too long. */
    Seen run(Stack stack, Database database, Tally tally, Load load, int seconds)
            throws IOException, InterruptedException {
        tally.begin();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        TimeUnit.SECONDS.sleep(1);
        long begin = System.nanoTime();
        String note = happen(stack, database, seconds);
        boolean isWell = awaitWell(load::keepsUp, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
        long wellNanos = System.nanoTime() - begin;
        TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
        tally.end();
        return new Seen(
                this,
                note,
                tally.times().getTotalCount(),
                tally.errors(),
                tally.errorSpanNanos(),
                tally.longestGapNanos(),
                tally.times().getMaxValue(),
                isWell,
                wellNanos,
                tally.timeline());
    }

    /** Whether the load keeps up again; waits for it no longer than so long. */
    static boolean awaitWell(BooleanSupplier keepsUp, long patienceNanos) throws InterruptedException {
        long last = System.nanoTime() + patienceNanos;
        while (!keepsUp.getAsBoolean()) {
            if (System.nanoTime() >= last) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }
}
