package dev.cenote.soak;

import java.io.PrintStream;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What is told at the end. */
final class Report {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void print(Soaking soaking) {
        out.printf(
                "%n%,d acquires in %d s, %d pools%n",
                soaking.acquires(), soaking.elapsed().toSeconds(), soaking.era().number());
        out.printf("%noperations%n");
        row("acquire and release, in bursts", soaking.pairs.sum());
        table(soaking.operations);
        section("acquires that got nothing", soaking.outcomes);
        section("changes, and looks at the quiet pool", soaking.changes);
        section("faults", soaking.faults.tally);
        out.printf("%nhow long acquires outside the bursts took%n");
        Histogram waits = soaking.waits.getIntervalHistogram();
        for (double percentile : PERCENTILES) {
            out.printf(
                    "  %-48s %,15.3f ms%n",
                    percentile == 100 ? "longest" : percentile + " %", waits.getValueAtPercentile(percentile) / 1e6);
        }
        out.printf("%nheap in use after GC: %s%n", soaking.heap());
        List<String> violations = soaking.violations.first();
        out.printf("%nviolations: %d%n", soaking.violations.count());
        violations.forEach(violation -> out.println("  " + violation));
    }

    private void section(String title, Tally tally) {
        out.printf("%n%s%n", title);
        table(tally);
    }

    private void table(Tally tally) {
        tally.all().forEach(this::row);
    }

    private void row(String kind, long count) {
        out.printf("  %-48s %,15d%n", kind, count);
    }
}
