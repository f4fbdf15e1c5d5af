package dev.cenote.pool.internal;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import dev.cenote.pool.internal.wait.Waiter;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/** A real queue of waiters: each thread joins once, and leaves from wherever it stands; the head is served. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class QueueRace {

    private static final int MOST_THREADS = 8;

    private final PoolLock lock = new PoolLock();
    private final Gate gate = new Gate(lock, new Hints<>(lock, true));
    private final WaitQueue<Object> queue = new WaitQueue<>(lock, Fairness.STRICT, gate);

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private final Waiter.Blocked<Object>[] waiters = new Waiter.Blocked[MOST_THREADS];

    /** Joins, if it does not stand in the queue. */
    @Operation
    public boolean join(@Param(name = "thread") int thread) {
        lock.lock();
        try {
            if (waiters[thread] != null) {
                return false;
            }
            waiters[thread] = new Waiter.Blocked<>(lock.newTurn(), 0, Nanos.FOREVER);
            queue.add(waiters[thread]);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves, if it stands there. */
    @Operation
    public boolean leave(@Param(name = "thread") int thread) {
        lock.lock();
        try {
            Waiter.Blocked<Object> waiter = waiters[thread];
            if (waiter != null) {
                queue.remove(waiter);
                waiters[thread] = null;
            }
            return waiter != null;
        } finally {
            lock.unlock();
        }
    }

    /** Serves the head. Tells whose turn it was; -1: nobody's. */
    @Operation
    public int serve() {
        lock.lock();
        try {
            Waiter<Object> head = queue.head();
            for (int thread = 0; head != null && thread < MOST_THREADS; thread++) {
                if (waiters[thread] == head) {
                    queue.remove(head);
                    waiters[thread] = null;
                    return thread;
                }
            }
            return -1;
        } finally {
            lock.unlock();
        }
    }

    /** What the gate says without the lock. */
    @Operation
    public boolean isQueued() {
        return gate.has(Gate.QUEUED);
    }

    /** What it must look like, one call after the other. */
    public static final class Sequential {
        private final ArrayDeque<Integer> queue = new ArrayDeque<>();

        public boolean join(int thread) {
            return !queue.contains(thread) && queue.add(thread);
        }

        public boolean leave(int thread) {
            return queue.remove(thread);
        }

        public int serve() {
            Integer head = queue.poll();
            return head == null ? -1 : head;
        }

        public boolean isQueued() {
            return !queue.isEmpty();
        }
    }
}
