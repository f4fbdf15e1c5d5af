package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.internal.run.ThreadNames;
import dev.cenote.pool.internal.slot.Slot;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last lease of each slot, so that one which the garbage collector finds before its end can be
 * taken back, and one that is held for long can be told with the stack of its acquire.
 *
 * <p>There is none without a {@code leakThreshold}. With one there are no hints, so every acquire comes by here.
 *
 * <p><b>Invariant:</b> of two leases of a slot the later is kept, in whatever order they come; the earlier has ended. What
 * is kept says nothing of whether the lease still lives: the slot's word does.
 */
final class LeakDetector<T> {

    private final Engine<T> engine;
    private final int oneIn;
    private final ReferenceQueue<PooledLease<T>> unreachable = new ReferenceQueue<>();
    private final ConcurrentHashMap<Slot<T>, Tracked<T>> lastOf = new ConcurrentHashMap<>(); // slots have no equals

    /** A lease, after its end too. */
    static final class Tracked<T> extends PhantomReference<PooledLease<T>> {
        final Slot<T> slot;
        final long word;
        final @Nullable Throwable acquired;

        private Tracked(
                PooledLease<T> lease,
                Slot<T> slot,
                long word,
                @Nullable Throwable acquired,
                ReferenceQueue<PooledLease<T>> queue) {
            super(lease, queue);
            this.slot = slot;
            this.word = word;
            this.acquired = acquired;
        }
    }

    private LeakDetector(Engine<T> engine) {
        this.engine = engine;
        oneIn = engine.config.leakTraces();
    }

    /** Null where leaks are not looked for. */
    static <T> @Nullable LeakDetector<T> of(Engine<T> engine) {
        return engine.config.leakThreshold().isZero() ? null : new LeakDetector<>(engine);
    }

    /** @param isHere whether this thread is the one that acquires, so that its stack says where */
    void track(PooledLease<T> lease, Slot<T> slot, long leaseWord, boolean isHere) {
        boolean isSampled = isHere && oneIn > 0 && ThreadLocalRandom.current().nextInt(oneIn) == 0;
        Throwable acquired = isSampled
                ? new Throwable("acquired by " + Thread.currentThread().getName())
                : null;
        Tracked<T> tracked = new Tracked<>(lease, slot, leaseWord, acquired, unreachable);
        lastOf.merge(
                slot, tracked, (one, other) -> Slot.generation(one.word) > Slot.generation(other.word) ? one : other);
    }

    /** Where the lease was acquired that the slot is on, if that was sampled. */
    private @Nullable Throwable acquired(Slot<T> slot, long seen) {
        Tracked<T> last = lastOf.get(slot);
        return last != null && slot.isOnLease(seen, last.word) ? last.acquired : null;
    }

    /** Leases that nobody can end any more; most of them have ended. */
    List<Tracked<T>> unreachable() {
        List<Tracked<T>> found = new ArrayList<>();
        for (var next = unreachable.poll(); next != null; next = unreachable.poll()) {
            @SuppressWarnings("unchecked") // nothing else is registered with the queue
            Tracked<T> tracked = (Tracked<T>) next;
            found.add(tracked);
            lastOf.remove(tracked.slot, tracked);
        }
        return found;
    }

    /** A lease seems to be held for too long. Called under the pool's lock, as all below. */
    void report(Slot<T> slot, ThreadNames names) {
        long seen = slot.word();
        if (Slot.state(seen) == Slot.LEASED && slot.isAsObserved(seen)) {
            report(slot, seen, false, acquired(slot, seen), engine.diagnosis.held(slot), names);
        }
    }

    /** Takes back the object of a lease that nobody can end any more, unless the lease has ended. */
    void takeBack(Tracked<T> lost, ThreadNames names) {
        Diagnosis.Held held = engine.diagnosis.held(lost.slot); // seen before it ends
        if (engine.eviction.tryRetireLeased(lost.slot, lost.word, DestroyReason.LEAKED)) {
            engine.taping.released(lost.slot, lost.word);
            report(lost.slot, lost.word, true, lost.acquired, held, names);
        }
    }

    private void report(
            Slot<T> slot,
            long leaseWord,
            boolean isLost,
            @Nullable Throwable acquired,
            Diagnosis.Held held,
            ThreadNames names) {
        boolean isNew = slot.noteReported(leaseWord);
        if (!isNew && !isLost) {
            return;
        }
        if (isNew) {
            engine.counters.leaked();
        }
        long holderId = slot.holderId();
        engine.lock.tell(() -> {
            // looks at all threads: not under the lock
            LeaseHolder holder = Diagnosis.holder(holderId, held.atLeastNanos(), held.atMostNanos(), names);
            engine.journal.leakSuspected(holder, isLost, acquired);
        });
    }
}
