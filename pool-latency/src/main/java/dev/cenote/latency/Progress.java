package dev.cenote.latency;

import java.io.PrintStream;
import java.util.Locale;

/** Says how far the measuring is: in a bar on a terminal, or else only in a line for each run that has ended. */
final class Progress {

    private static final int WIDTH = 24;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean isTerminal;
    private final int runs;
    private final double secondsPerRun;
    private int ended;

    Progress(PrintStream out, boolean isTerminal, int runs, double secondsPerRun) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.runs = runs;
        this.secondsPerRun = secondsPerRun;
    }

    void tell(String run, Measurement.Line line) {
        if (!isTerminal) {
            return;
        }
        double part = (ended + line.part()) / runs;
        int filled = (int) (part * WIDTH);
        long left = Math.round((runs - ended - line.part()) * secondsPerRun);
        String figures = Double.isNaN(line.turnsPerSecond())
                ? "warming up"
                : Figures.count(line.turnsPerSecond()) + " turns/s, longest wait " + Figures.time(line.longestNanos());
        out.printf(
                Locale.ROOT,
                "%s[%s%s] %3.0f %%  %d:%02d left  %s: %s",
                ERASE,
                "█".repeat(filled),
                "·".repeat(WIDTH - filled),
                part * 100,
                left / 60,
                left % 60,
                run,
                figures);
        out.flush();
    }

    void end(String run, Outcome outcome) {
        ended++;
        String figures = outcome.failure() != null
                ? "FAILED: " + outcome.failure()
                : Figures.count(outcome.turnsPerSecond()) + " turns/s";
        out.printf("%s   %s: %s%n", isTerminal ? ERASE : "", run, figures);
    }
}
