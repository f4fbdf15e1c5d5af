package dev.cenote.pool.internal;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolSlot;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.PoolWaiter;
import dev.cenote.pool.internal.run.ThreadNames;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.stats.BucketTimes;
import dev.cenote.pool.internal.stats.Counters;
import dev.cenote.pool.internal.stats.Recorder;
import dev.cenote.pool.internal.stats.Snapshot;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells how a pool is: its counts, who holds its leases, and what is in its slots. */
final class Diagnosis<T> {

    private static final int MOST_ROWS = 100;
    private static final int MOST_RECORDED = 64;

    private final Engine<T> engine;
    /** When the housekeeper last began to look at the slots, or the pool was roused. What is not as it was then has changed since. */
    private volatile long lookedAtNanos;

    private volatile long taken; // pictures that were begun; written under the lock
    private @Nullable PoolStats last; // guarded by the lock

    Diagnosis(Engine<T> engine) {
        this.engine = engine;
        lookedAtNanos = engine.now();
    }

    /** The housekeeper has looked at all slots, beginning at that instant. */
    void noteLook(long began) {
        lookedAtNanos = began;
    }

    /** When the housekeeper began to look at the slots the last time. */
    long lookedAtNanos() {
        return lookedAtNanos;
    }

    /** The pool as it is now, or was after the call began: a caller that waits here for another one's picture shares it. */
    PoolStats stats() {
        long before = taken;
        BucketTimes queued = engine.counters.waitTimes.summary();
        engine.lock.lock();
        try {
            PoolStats known = last;
            if (known == null
                    || taken == before
                    || known.queued() < queued.count()) { // summed up before this call began
                taken = before + 1;
                known = take(engine.counters, queued);
                last = known;
            }
            return known;
        } finally {
            engine.lock.unlock();
        }
    }

    private PoolStats take(Counters counters, BucketTimes queued) {
        long now = engine.now();
        int[] in = new int[Slot.RETIRING + 1];
        long acquired = leasesGiven(in);
        PoolLimits limits = engine.slots.limits();
        Waiter<T> head = engine.queue.head();
        BucketTimes waitTimes = counters.waitTimes(acquired, queued);
        return new Snapshot(
                engine.config.name(),
                limits.maxSize(),
                limits.minIdle(),
                limits.maxWaiters(),
                in[Slot.IDLE] + in[Slot.LEASED] + in[Slot.VALIDATING] + in[Slot.RETIRING],
                in[Slot.IDLE],
                in[Slot.LEASED],
                in[Slot.VALIDATING],
                in[Slot.RETIRING],
                in[Slot.CREATING],
                engine.queue.size(),
                head == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - head.enqueuedAtNanos)),
                engine.breaker.isOpen(),
                engine.gate.has(Gate.SUSPENDED),
                engine.gate.has(Gate.CLOSED),
                counters.created,
                counters.destroyedByReason(),
                counters.detached,
                counters.creationFailures,
                counters.validations + counters.validatedByCallers.sum(),
                counters.validationFailures,
                acquired,
                acquired - in[Slot.LEASED],
                counters.allMissed(),
                counters.waited,
                queued.count(),
                counters.timeouts,
                counters.refused,
                counters.failed,
                counters.cancelled,
                counters.leaks,
                counters.staleCloses.sum(),
                waitTimes,
                counters.recent.since(now, waitTimes),
                counters.useTimes.summary(),
                counters.createTimes.summary(),
                counters.validationTimes.summary());
    }

    /** Counts the slots by their state, and the leases that callers were given so far. */
    private long leasesGiven(int[] inState) {
        return engine.slots.census(inState) - engine.counters.notGiven;
    }

    /** How many leases callers were given so far. */
    long leasesGiven() {
        return leasesGiven(new int[Slot.RETIRING + 1]);
    }

    /** How many slots are leased. */
    int leased() {
        int[] inState = new int[Slot.RETIRING + 1];
        engine.slots.census(inState);
        return inState[Slot.LEASED];
    }

    /** Marks where the times are, for those of the last minute: every now and then, and before nothing comes any more. */
    void markTimes(long now) {
        Counters counters = engine.counters;
        if (engine.gate.has(Gate.DORMANT) || counters.recent.isDue(now)) {
            long acquired = leasesGiven();
            counters.recent.mark(now, counters.waitTimes(acquired, counters.waitTimes.summary()));
        }
    }

    /** One picture for all callers that fail at this moment. */
    Picture picture() {
        return new Picture(this::stats, this::holders);
    }

    /** Who holds leases now, and held them longest. */
    OldestHolders holders() {
        return OldestHolders.of(engine.slots, engine.now(), lookedAtNanos);
    }

    /** Has a wait that begins recorded, if a flight recording is running. */
    void record(Waiter<T> waiter) {
        Recorder.Wait recording = waiter.isSettled() ? null : engine.recorder.waiting();
        if (recording != null) {
            long[] holders = new long[Math.min(MOST_RECORDED, engine.slots.count())];
            for (int i = 0; i < holders.length; i++) {
                Slot<T> slot = engine.slots.at(i);
                holders[i] = slot != null && slot.state() == Slot.LEASED ? slot.holderId() : -1;
            }
            recording.began(
                    engine.config.name(),
                    waiter instanceof Waiter.Future,
                    waiter.timeoutNanos(),
                    engine.queue.size(),
                    engine.timeouts.phase(),
                    holders);
            waiter.recordTo(recording);
        }
    }

    /** Called without the lock, by the thread whose time is up, or by one that acts for it. */
    PoolTimeoutException timedOut(
            Waiter<T> waiter, AcquirePhase phase, @Nullable Throwable lastCreateFailure, Picture picture) {
        Duration timeout = Duration.ofNanos(waiter.deadlineNanos - waiter.enqueuedAtNanos);
        return new PoolTimeoutException(
                picture.stats(),
                timeout,
                phase,
                picture.holders(),
                phase == AcquirePhase.CREATING ? lastCreateFailure : null);
    }

    /** For how long a slot has been as it is, at least: no lease reads a clock, so the housekeeper tells it. */
    static long heldForAtLeast(Slot<?> slot, long now) {
        return slot.isAsObserved(slot.word()) ? Math.max(0, slot.unchangedForAtLeast(now)) : 0;
    }

    /** The same, at most. */
    static long heldForAtMost(Slot<?> slot, long now, long lookedAtNanos) {
        long atMost =
                slot.isAsObserved(slot.word()) ? slot.unchangedForAtMost(now) : slot.existsFor(now, lookedAtNanos);
        return Math.max(heldForAtLeast(slot, now), atMost);
    }

    /** For how long a slot has been as it is. */
    record Held(long atLeastNanos, long atMostNanos) {}

    Held held(Slot<T> slot) {
        long now = engine.now();
        return new Held(heldForAtLeast(slot, now), heldForAtMost(slot, now, lookedAtNanos));
    }

    /** Who holds the lease of a slot. */
    LeaseHolder holder(Slot<T> slot, ThreadNames names) {
        Held held = held(slot);
        return holder(slot.holderId(), held.atLeastNanos, held.atMostNanos, names);
    }

    static LeaseHolder holder(long threadId, long atLeastNanos, long atMostNanos, ThreadNames names) {
        return new LeaseHolder(
                threadId, names.of(threadId, ""), Duration.ofNanos(atLeastNanos), Duration.ofNanos(atMostNanos));
    }

    /** A row for each slot that is not empty. */
    List<PoolSlot> slots() {
        ThreadNames names = new ThreadNames();
        List<PoolSlot> rows = new ArrayList<>();
        engine.slots.forEach(slot -> {
            int state = slot.state();
            if (state != Slot.EMPTY) {
                rows.add(row(slot, state, names));
            }
        });
        return List.copyOf(rows);
    }

    private PoolSlot row(Slot<T> slot, int state, ThreadNames names) {
        PoolSlot.State told = told(state);
        if (state == Slot.CREATING) {
            return new PoolSlot(slot.index, told, Duration.ZERO, 0, Duration.ZERO, null);
        }
        long createdAt = slot.createdAtNanos();
        return new PoolSlot(
                slot.index,
                told,
                Duration.ofNanos(Math.max(0, engine.now() - createdAt)),
                slot.uses(),
                Duration.ofNanos(heldForAtLeast(slot, engine.now())),
                state == Slot.LEASED ? holder(slot, names) : null);
    }

    private static PoolSlot.State told(int state) {
        return switch (state) {
            case Slot.IDLE -> PoolSlot.State.IDLE;
            case Slot.LEASED -> PoolSlot.State.LEASED;
            case Slot.VALIDATING -> PoolSlot.State.VALIDATING;
            case Slot.CREATING -> PoolSlot.State.CREATING;
            case Slot.RETIRING -> PoolSlot.State.RETIRING;
            default -> throw new AssertionError("bug: state " + state);
        };
    }

    /** The oldest waiters, as many at most. */
    List<PoolWaiter> waiters(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("most must be 0 or more, but was " + most);
        }
        List<Waiter<T>> oldest = new ArrayList<>();
        engine.lock.lock();
        try {
            for (Waiter<T> it = engine.queue.head(); it != null && oldest.size() < most; it = it.newer()) {
                oldest.add(it);
            }
        } finally {
            engine.lock.unlock();
        }
        long now = engine.now();
        return oldest.stream().map(waiter -> told(waiter, now)).toList();
    }

    private static PoolWaiter told(Waiter<?> waiter, long now) {
        Thread thread = waiter instanceof Waiter.Blocked<?> blocked ? blocked.thread : null;
        return new PoolWaiter(
                thread == null ? 0 : thread.getId(),
                thread == null ? "" : thread.getName(),
                Duration.ofNanos(Math.max(0, now - waiter.enqueuedAtNanos)),
                Duration.ofNanos(Math.max(0, waiter.deadlineNanos - now)));
    }

    /** The slots as a table, at most a hundred rows of it. */
    String table() {
        List<PoolSlot> rows = slots();
        StringBuilder table = new StringBuilder("pool '" + engine.config.name() + "': " + stats().summary());
        table.append(String.format("%n%6s  %-10s %12s %10s %12s  %s", "slot", "state", "age", "uses", "for", "holder"));
        rows.stream().limit(MOST_ROWS).forEach(row -> table.append(line(row)));
        if (rows.size() > MOST_ROWS) {
            table.append(String.format("%n  … and %d more", rows.size() - MOST_ROWS));
        }
        return table.toString();
    }

    private static String line(PoolSlot row) {
        if (row.state() == PoolSlot.State.CREATING) {
            return String.format("%n%6d  %-10s", row.index(), row.state());
        }
        LeaseHolder holder = row.holder();
        return String.format(
                "%n%6d  %-10s %9d ms %10d %9d ms  %s",
                row.index(),
                row.state(),
                TimeUnit.MILLISECONDS.convert(row.age()),
                row.uses(),
                TimeUnit.MILLISECONDS.convert(row.unchangedFor()),
                holder == null ? "" : holder.who());
    }
}
