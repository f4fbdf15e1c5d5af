package dev.cenote.simulation;

import java.util.Arrays;

/** How long callers waited. */
final class Waits {

    private final Longs waits = new Longs();
    private long[] sorted = {};

    void add(long nanos) {
        waits.add(nanos);
    }

    int count() {
        return waits.size();
    }

    /** The wait that this share of the callers did not exceed; 0 if there were none. */
    long percentile(double share) {
        if (sorted.length != waits.size()) {
            sorted = waits.toArray();
            Arrays.sort(sorted);
        }
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)];
    }

    double mean() {
        double sum = 0;
        for (int i = 0; i < waits.size(); i++) {
            sum += waits.get(i);
        }
        return waits.size() == 0 ? 0 : sum / waits.size();
    }
}
