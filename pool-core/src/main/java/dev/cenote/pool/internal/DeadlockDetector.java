package dev.cenote.pool.internal;

import dev.cenote.pool.PoolStalledException;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.stats.Tape;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.Waiter;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that nobody will ever be served: every object is leased by a thread that itself waits here.
 *
 * <p>Who holds a slot is noted racily, a moment after it was leased ({@link Slot#holderId}). So a stall counts only if it is seen
 * twice, {@link #CONFIRM_NANOS} apart, with the same leases, and no holder has come back in between. A waiter that is settled but
 * has not come back yet does not wait. All methods but {@link #ends} and {@link #show} are called under the pool's lock.
 *
 * <p>A stall that was seen twice is shown before it is ended: {@link #show} takes the stacks outside the lock, while all
 * still wait, and then looks a third time under the lock whether it is still the same stall. If it is not, nobody fails,
 * and the search begins anew.
 */
final class DeadlockDetector<T> {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlockDetector.class);
    private static final long CONFIRM_NANOS = Duration.ofMillis(100).toNanos();

    private final Engine<T> engine;
    private final boolean isOn;
    private final Map<Long, Waiter.Blocked<T>> waiting; // by thread, the newest last
    private final Set<Long> stalledHolders; // the threads of the stall that is suspected
    private long suspectedLeases; // 0: none
    private long suspectedAtNanos;
    private boolean isShown; // at this moment, by another thread

    DeadlockDetector(Engine<T> engine) {
        this.engine = engine;
        isOn = engine.config.detectStalls();
        waiting = isOn ? new LinkedHashMap<>() : Map.of();
        stalledHolders = isOn ? new HashSet<>() : Set.of();
    }

    /** A thread begins to wait. */
    void begins(Waiter.Blocked<T> waiter, long now) {
        if (isOn) {
            waiting.put(waiter.holderId(), waiter);
            suspect(now);
        }
    }

    /** A thread waits no more. If it holds a lease it may go on and close it, so nothing that was suspected counts. */
    void ends(Waiter.Blocked<T> waiter) {
        if (isOn) {
            engine.lock.run(() -> {
                if (waiting.remove(waiter.holderId()) != null && stalledHolders.contains(waiter.holderId())) {
                    clear();
                }
            });
        }
    }

    private void clear() {
        stalledHolders.clear();
        suspectedLeases = 0;
    }

    private void suspect(long now) {
        long before = suspectedLeases;
        findStall();
        if (suspectedLeases != before) {
            suspectedAtNanos = now;
        }
        if (suspectedLeases != 0 && !isShown) {
            engine.alarm.noLaterThan(suspectedAtNanos + CONFIRM_NANOS);
        }
    }

    /** Has the stall that was seen before shown and ended if it is still the same. */
    void look(long now) {
        if (!isOn || isShown) {
            return;
        }
        suspect(now);
        if (suspectedLeases == 0 || !Nanos.isPast(suspectedAtNanos + CONFIRM_NANOS, now)) {
            return;
        }
        isShown = true;
        long leases = suspectedLeases;
        List<Waiter.Blocked<T>> holders = waiting.values().stream()
                .filter(waiter -> stalledHolders.contains(waiter.holderId()))
                .toList();
        engine.lock.afterwards(() -> show(leases, holders));
    }

    /** Runs outside the lock. */
    private void show(long leases, List<Waiter.Blocked<T>> holders) {
        String stacks = "";
        boolean isEnded = false;
        try {
            stacks = stacks(holders);
        } finally {
            engine.lock.lock();
            try {
                isShown = false;
                isEnded = tryEnd(leases, holders, stacks);
            } finally {
                engine.lock.unlock();
            }
        }
        if (isEnded) {
            LOG.error(
                    "Pool '{}' is stalled: every object is leased by a thread that waits for another one; the newest of"
                            + " them fails. {}" + Help.on("pool-stalled"),
                    engine.config.name(),
                    stacks);
        }
    }

    /** Fails the newest waiter that holds a lease, if all are still as they were. */
    private boolean tryEnd(long leases, List<Waiter.Blocked<T>> holders, String stacks) {
        suspect(engine.now());
        boolean areBack = holders.stream().anyMatch(waiter -> waiting.get(waiter.holderId()) != waiter);
        if (suspectedLeases != leases || areBack) { // one that is back may wait again, with the same leases
            return false;
        }
        Waiter.Blocked<T> newest = holders.get(holders.size() - 1);
        clear();
        engine.handoff.leave(newest);
        engine.taping.ended(Tape.FAILED, newest);
        newest.fail(WaitResult.FAILED, () -> new PoolStalledException(engine.diagnosis.stats(), stacks), engine.lock);
        return true;
    }

    /** When to look again, or the given instant if that is earlier or there is no need to. */
    long nextLook(long instant) {
        return suspectedLeases == 0 || isShown ? instant : Nanos.earlier(instant, suspectedAtNanos + CONFIRM_NANOS);
    }

    /** Sums the generations of all leases, which only grow, if each is held by a waiting thread and nothing is under way. */
    private void findStall() {
        clear();
        if (waiting.isEmpty() || engine.slots.ownRoom() > 0 || isAtWork()) {
            return;
        }
        long sum = 0;
        for (int i = 0; i < engine.slots.count(); i++) {
            Slot<T> slot = engine.slots.at(i);
            if (slot == null) {
                continue;
            }
            long seen = slot.word();
            Waiter.Blocked<T> holder = waiting.get(slot.holderId());
            if (Slot.state(seen) == Slot.LEASED && holder != null && !holder.isSettled()) {
                stalledHolders.add(holder.holderId());
                sum += Slot.generation(seen);
            } else if (Slot.state(seen) != Slot.EMPTY) {
                clear();
                return;
            }
        }
        suspectedLeases = sum;
    }

    /** Something is under way that may bring an object, or room for one, or nobody is to be served. */
    private boolean isAtWork() {
        return engine.demand.isAtWork() || engine.gate.has(Gate.SUSPENDED | Gate.CLOSED);
    }

    private static String stacks(List<? extends Waiter.Blocked<?>> holders) {
        StringBuilder text = new StringBuilder();
        for (Waiter.Blocked<?> holder : holders) {
            Thread thread = holder.thread;
            text.append(System.lineSeparator()).append(thread.getName());
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append(System.lineSeparator()).append("    at ").append(frame);
            }
        }
        return text.toString();
    }
}
