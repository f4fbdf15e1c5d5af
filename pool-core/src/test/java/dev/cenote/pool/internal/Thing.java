package dev.cenote.pool.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What the tests pool. It notices two users at once, and use after its end. */
public final class Thing {

    public final int number;
    public final AtomicInteger destroyed = new AtomicInteger();
    volatile ScriptedFactory.Existence existence; // set by the factory that made it
    private final AtomicReference<Thread> user = new AtomicReference<>();

    public Thing(int number) {
        this.number = number;
    }

    /** Uses it for a moment, as a holder or the pool does. */
    void use() {
        use(Thread::yield);
    }

    /** The same, and lets others go on meanwhile. */
    void use(Runnable pause) {
        if (destroyed.get() > 0) {
            throw new AssertionError(this + " is used after its end");
        }
        if (!user.compareAndSet(null, Thread.currentThread())) {
            throw new AssertionError(this + " has two users");
        }
        pause.run();
        user.set(null);
    }

    @Override
    public boolean equals(Object other) {
        throw new AssertionError("the pool called equals");
    }

    @Override
    public int hashCode() {
        throw new AssertionError("the pool called hashCode");
    }

    @Override
    public String toString() {
        return "thing " + number;
    }
}
