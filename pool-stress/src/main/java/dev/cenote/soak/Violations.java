package dev.cenote.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What did not hold. */
final class Violations {

    private static final int KEPT = 20;

    private final LongAdder count = new LongAdder();
    private final List<String> first = new ArrayList<>();

    void add(String what) {
        count.increment();
        synchronized (first) {
            if (first.size() < KEPT) {
                first.add(what);
                System.out.println("VIOLATED " + what);
            }
        }
    }

    long count() {
        return count.sum();
    }

    /** The first ones. */
    List<String> first() {
        synchronized (first) {
            return List.copyOf(first);
        }
    }
}
