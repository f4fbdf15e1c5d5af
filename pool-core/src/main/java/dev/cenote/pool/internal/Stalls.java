package dev.cenote.pool.internal;

import dev.cenote.pool.PoolStalledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * <b>What:</b> notices that nobody will ever be served: every object is leased by a thread that itself waits here.
 *
 * <p>Who holds a slot is noted racily, a moment after it was leased ({@link Slot#holderId}). So a stall counts only if it
 * is seen twice, {@link #CONFIRM_NANOS} apart, with the same leases. All methods are called under the pool's lock.
 */
final class Stalls<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Stalls.class);
    private static final long CONFIRM_NANOS = Duration.ofMillis(100).toNanos();

    private final Parts<T> parts;
    private final Handoff<T> handoff;
    private final Diagnosis<T> diagnosis;
    private final boolean isOn;
    private final Map<Long, BlockedWaiter<T>> waiting = new LinkedHashMap<>(); // by thread, the newest last
    private long suspectedLeases; // 0: none
    private long suspectedAtNanos;

    Stalls(Parts<T> parts, Handoff<T> handoff, Diagnosis<T> diagnosis) {
        this.parts = parts;
        this.handoff = handoff;
        this.diagnosis = diagnosis;
        isOn = parts.config().detectStalls();
    }

    /** A thread begins to wait. */
    void begins(BlockedWaiter<T> waiter, long now) {
        if (isOn) {
            waiting.put(waiter.holderId(), waiter);
            suspect(now);
        }
    }

    /** A thread waits no more. */
    void ends(BlockedWaiter<T> waiter) {
        waiting.remove(waiter.holderId());
    }

    private void suspect(long now) {
        long leases = stalledLeases();
        if (leases != suspectedLeases) {
            suspectedLeases = leases;
            suspectedAtNanos = now;
        }
        if (leases != 0) {
            parts.alarm().noLaterThan(suspectedAtNanos + CONFIRM_NANOS);
        }
    }

    /** Fails the newest waiter if the stall that was seen before is still the same. */
    void look(long now) {
        if (!isOn) {
            return;
        }
        suspect(now);
        if (suspectedLeases == 0 || !Expiry.isPast(suspectedAtNanos + CONFIRM_NANOS, now)) {
            return;
        }
        suspectedLeases = 0;
        List<BlockedWaiter<T>> all = new ArrayList<>(waiting.values());
        BlockedWaiter<T> newest = all.get(all.size() - 1);
        List<Thread> threads = all.stream().map(waiter -> waiter.thread).toList();
        handoff.leave(newest);
        newest.fail(() -> new PoolStalledException(diagnosis.stats(), stacks(threads)), parts.lock());
        parts.lock()
                .afterwards(() -> LOG.error(
                        "Pool '{}' is stalled: every object is leased by a thread that waits for another one; the newest"
                                + " waiter fails. {}",
                        parts.config().name(),
                        stacks(threads)));
    }

    /** When to look again, or the given instant if that is earlier or there is no need to. */
    long nextLook(long instant) {
        return suspectedLeases == 0 ? instant : Expiry.earlier(instant, suspectedAtNanos + CONFIRM_NANOS);
    }

    /** The generations of all leases, which only grow, if all of them are held by waiting threads and nothing is under way; else 0. */
    private long stalledLeases() {
        if (waiting.isEmpty() || parts.capacity().room() > 0 || handoff.isAtWork()) {
            return 0;
        }
        long sum = 0;
        for (int i = 0; i < parts.capacity().count(); i++) {
            Slot<T> slot = parts.capacity().at(i);
            long seen = slot.word();
            if (Slot.state(seen) == Slot.LEASED && waiting.containsKey(slot.holderId())) {
                sum += Slot.generation(seen);
            } else if (Slot.state(seen) != Slot.EMPTY) {
                return 0;
            }
        }
        return sum;
    }

    private static String stacks(List<Thread> threads) {
        StringBuilder text = new StringBuilder();
        for (Thread thread : threads) {
            text.append(System.lineSeparator()).append(thread.getName());
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append(System.lineSeparator()).append("    at ").append(frame);
            }
        }
        return text.toString();
    }
}
