package dev.cenote.gateway;

import java.io.PrintStream;
import java.util.Locale;

/** A bar on a terminal, or else a line for each tenth. */
final class Progress {

    private static final int WIDTH = 24;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean isTerminal;
    private final String what;
    private final long first;
    private final long all;
    private final long startNanos = System.nanoTime();
    private int tenth;

    /**
     * Begins one.
     *
     * @param first how many of all there are already
     */
    Progress(PrintStream out, boolean isTerminal, String what, long first, long all) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.what = what;
        this.first = first;
        this.all = all;
        tenth = (int) (first * 10 / all);
    }

    void tell(long count) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double perSecond = (count - first) / seconds;
        int now = (int) (count * 10 / all);
        if (isTerminal) {
            int filled = (int) (count * WIDTH / all);
            out.printf(
                    Locale.ROOT,
                    "%s[%s%s] %,d of %,d %s, %,.0f/s, %.0f s left",
                    ERASE,
                    "█".repeat(filled),
                    "·".repeat(WIDTH - filled),
                    count,
                    all,
                    what,
                    perSecond,
                    (all - count) / perSecond);
            out.print(count == all ? System.lineSeparator() : "");
            out.flush();
        } else if (now > tenth) {
            tenth = now;
            out.printf(Locale.ROOT, "   %,d of %,d %s, %,.0f/s%n", count, all, what, perSecond);
        }
    }
}
