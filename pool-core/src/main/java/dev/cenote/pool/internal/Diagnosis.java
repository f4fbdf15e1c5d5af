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

    Diagnosis(Parts<T> parts) {
        this.parts = parts;
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
            sums.acquired = parts.capacity().leasesOfDropped();
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
                    counters.isFailingFast(parts.now()),
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
        long now = parts.now();
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
                .map(slot -> holder(slot.holderId(), unchangedFor(slot, now), names))
                .sorted(Comparator.comparing(LeaseHolder::heldFor).reversed())
                .limit(MOST_HOLDERS)
                .toList();
    }

    /** Who holds a lease for so long. */
    LeaseHolder holder(long threadId, long heldNanos) {
        return holder(threadId, heldNanos, threadNames());
    }

    private static LeaseHolder holder(long threadId, long heldNanos, Map<Long, String> names) {
        return new LeaseHolder(threadId, names.getOrDefault(threadId, ""), Duration.ofNanos(heldNanos));
    }

    /** A table with a row for each slot that is not empty, at most a hundred. */
    String table() {
        long now = parts.now();
        Map<Long, String> names = threadNames();
        StringBuilder table = new StringBuilder("pool '" + parts.config().name() + "': " + stats().summary());
        table.append(String.format("%n%6s  %-10s %12s %10s %12s  %s", "slot", "state", "age", "uses", "for", "holder"));
        int[] rows = new int[1];
        parts.capacity().forEach(slot -> {
            int state = slot.state();
            if (state != Slot.EMPTY && rows[0]++ < MOST_ROWS) {
                table.append(row(slot, state, now, names));
            }
        });
        if (rows[0] > MOST_ROWS) {
            table.append(String.format("%n  … and %d more", rows[0] - MOST_ROWS));
        }
        return table.toString();
    }

    private String row(Slot<T> slot, int state, long now, Map<Long, String> names) {
        if (state == Slot.CREATING) {
            return String.format("%n%6d  %-10s", slot.index, name(state));
        }
        long holder = slot.holderId();
        return String.format(
                "%n%6d  %-10s %9d ms %10d %9d ms  %s",
                slot.index,
                name(state),
                (now - slot.createdAtNanos()) / 1_000_000,
                slot.uses(),
                unchangedFor(slot, now) / 1_000_000,
                state != Slot.LEASED ? "" : holder == 0 ? "(asynchronous)" : names.getOrDefault(holder, "#" + holder));
    }

    /** For how long at least it has been as it is; zero if the housekeeper has not seen it so yet. */
    private long unchangedFor(Slot<T> slot, long now) {
        return slot.isAsObserved(slot.word()) ? slot.unchangedForAtLeast(now) : 0;
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
