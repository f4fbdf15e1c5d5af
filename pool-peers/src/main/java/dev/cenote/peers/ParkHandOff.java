package dev.cenote.peers;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Strict order by a counter, a queue, and a park and an unpark for each one that waits. */
final class ParkHandOff extends Limit {

    /** How many are free; below zero, how many wait or are about to. */
    private final AtomicInteger free;

    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean isServed;
    }

    ParkHandOff(int size) {
        free = new AtomicInteger(size);
    }

    @Override
    public Object acquire() {
        if (free.getAndDecrement() <= 0) {
            Waiter waiter = new Waiter();
            waiters.add(waiter);
            while (!waiter.isServed) {
                LockSupport.park(this);
            }
        }
        return this;
    }

    @Override
    public void release(Object handle) {
        if (free.getAndIncrement() < 0) {
            Waiter head = waiters.poll();
            while (head == null) { // it has counted itself, and not queued yet
                Thread.yield();
                head = waiters.poll();
            }
            head.isServed = true;
            LockSupport.unpark(head.thread);
        }
    }
}
