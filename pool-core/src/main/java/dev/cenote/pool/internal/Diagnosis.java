package dev.cenote.pool.internal;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.WaitTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells how a pool is: its counts, who holds its leases, and what is in its slots. */
final class Diagnosis<T> {

    private static final int MOST_HOLDERS = 5;
    private static final int MOST_ROWS = 100;

    private final Parts<T> parts;
    /** When the housekeeper began to look at the slots the last time: what is not as it saw it has changed since. */
    private volatile long lookedAtNanos;

    Diagnosis(Parts<T> parts) {
        this.parts = parts;
        lookedAtNanos = parts.now();
    }

    /** The housekeeper has looked at all slots, beginning at that instant. */
    void noteLook(long began) {
        lookedAtNanos = began;
    }

    /** The sums over all slots, each word read once. */
    private static final class Sums {
        final int[] inState = new int[Slot.RETIRING + 1];
        long acquired;

        <T> void add(Slot<T> slot) {
            long word = slot.word();
            inState[Slot.state(word)]++;
            acquired += Slot.generation(word);
        }
    }

    PoolStats stats() {
        Sums sums = new Sums();
        Counters counters = parts.counters();
        WaitTimes waitTimes = counters.waits.summary();
        parts.lock().lock();
        try {
            parts.capacity().forEach(sums::add);
            int[] in = sums.inState;
            return new PoolStats(
                    parts.config().name(),
                    parts.capacity().limits().maxSize(),
                    in[Slot.IDLE] + in[Slot.LEASED] + in[Slot.VALIDATING] + in[Slot.RETIRING],
                    in[Slot.IDLE],
                    in[Slot.LEASED],
                    in[Slot.VALIDATING],
                    in[Slot.RETIRING],
                    in[Slot.CREATING],
                    parts.queue().size(),
                    counters.created,
                    counters.destroyedByReason(),
                    counters.detached,
                    sums.acquired,
                    sums.acquired - in[Slot.LEASED],
                    counters.missed,
                    counters.waited,
                    counters.timeouts,
                    counters.refused,
                    counters.cancelled,
                    counters.creationFailures,
                    counters.validations,
                    counters.validationFailures,
                    counters.leaks,
                    counters.staleCloses.sum(),
                    parts.breaker().refusal(parts.now()) != null,
                    waitTimes);
        } finally {
            parts.lock().unlock();
        }
    }

    PoolTimeoutException timedOut(Waiter<T> waiter, AcquirePhase phase, @Nullable Throwable lastCreateFailure) {
        Duration timeout = Duration.ofNanos(waiter.deadlineNanos - waiter.enqueuedAtNanos);
        return new PoolTimeoutException(
                stats(), timeout, phase, oldestHolders(), phase == AcquirePhase.CREATING ? lastCreateFailure : null);
    }

    private List<LeaseHolder> oldestHolders() {
        List<Slot<T>> leased = new ArrayList<>();
        parts.capacity().forEach(slot -> {
            if (slot.state() == Slot.LEASED) {
                leased.add(slot);
            }
        });
        if (leased.isEmpty()) {
            return List.of();
        }
        Map<Long, String> names = threadNames();
        return leased.stream()
                .map(slot -> holder(slot, names))
                .sorted(Comparator.comparing(LeaseHolder::heldFor)
                        .thenComparing(LeaseHolder::heldForAtMost)
                        .reversed())
                .limit(MOST_HOLDERS)
                .toList();
    }

    /** For how long a slot has been as it is: more is not known, since no lease reads a clock. */
    record Held(long atLeastNanos, long atMostNanos) {}

    /** Since when the slot has been as it is, as far as the housekeeper has seen. */
    Held held(Slot<T> slot) {
        boolean isSeen = slot.isAsObserved(slot.word());
        long looked = lookedAtNanos;
        long now = parts.now(); // last, or what is noted meanwhile would be of the future
        long atLeast = isSeen ? Math.max(0, slot.unchangedForAtLeast(now)) : 0;
        long atMost = isSeen ? slot.unchangedForAtMost(now) : slot.existsFor(now, looked);
        return new Held(atLeast, Math.max(atLeast, atMost));
    }

    /** Who holds a lease for so long. */
    LeaseHolder holder(long threadId, Held held) {
        return holder(threadId, held, threadNames());
    }

    private LeaseHolder holder(Slot<T> slot, Map<Long, String> names) {
        return holder(slot.holderId(), held(slot), names);
    }

    private static LeaseHolder holder(long threadId, Held held, Map<Long, String> names) {
        return new LeaseHolder(
                threadId,
                names.getOrDefault(threadId, ""),
                Duration.ofNanos(held.atLeastNanos),
                Duration.ofNanos(held.atMostNanos));
    }

    /** A table with a row for each slot that is not empty, at most a hundred. */
    String table() {
        Map<Long, String> names = threadNames();
        StringBuilder table = new StringBuilder("pool '" + parts.config().name() + "': " + stats().summary());
        table.append(String.format("%n%6s  %-10s %12s %10s %12s  %s", "slot", "state", "age", "uses", "for", "holder"));
        int[] rows = new int[1];
        parts.capacity().forEach(slot -> {
            int state = slot.state();
            if (state != Slot.EMPTY && rows[0]++ < MOST_ROWS) {
                table.append(row(slot, state, names));
            }
        });
        if (rows[0] > MOST_ROWS) {
            table.append(String.format("%n  … and %d more", rows[0] - MOST_ROWS));
        }
        return table.toString();
    }

    private String row(Slot<T> slot, int state, Map<Long, String> names) {
        if (state == Slot.CREATING) {
            return String.format("%n%6d  %-10s", slot.index, name(state));
        }
        return String.format(
                "%n%6d  %-10s %9d ms %10d %9d ms  %s",
                slot.index,
                name(state),
                age(slot) / 1_000_000,
                slot.uses(),
                held(slot).atLeastNanos / 1_000_000,
                state == Slot.LEASED ? holder(slot, names).who() : "");
    }

    private long age(Slot<T> slot) {
        long createdAt = slot.createdAtNanos();
        return Math.max(0, parts.now() - createdAt);
    }

    private static String name(int state) {
        return switch (state) {
            case Slot.EMPTY -> "EMPTY";
            case Slot.IDLE -> "IDLE";
            case Slot.LEASED -> "LEASED";
            case Slot.VALIDATING -> "VALIDATING";
            case Slot.CREATING -> "CREATING";
            case Slot.RETIRING -> "RETIRING";
            default -> throw new AssertionError("bug: state " + state);
        };
    }

    /** The names of all platform threads. No slot keeps a thread alive, so this is how one is found again. */
    private static Map<Long, String> threadNames() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = top; parent != null; parent = parent.getParent()) {
            top = parent;
        }
        Thread[] threads = new Thread[top.activeCount() * 2 + 16];
        int found = top.enumerate(threads);
        Map<Long, String> names = new HashMap<>();
        for (int i = 0; i < found; i++) {
            names.put(threads[i].getId(), threads[i].getName());
        }
        return names;
    }
}
