package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes {@link Thing}s, and does first what the test wrote down for the next create or destroy. */
public final class ScriptedFactory implements Factory<Thing> {

    /** A step of a script: it may block, throw, or return. */
    @FunctionalInterface
    public interface Step {
        void run() throws Throwable;
    }

    final List<Thing> made = new CopyOnWriteArrayList<>();
    private final Queue<Step> creates = new ConcurrentLinkedQueue<>();
    private final Queue<Step> destroys = new ConcurrentLinkedQueue<>();
    volatile Step everyCreate = () -> {};
    volatile boolean isWorthRetrying = true;
    volatile Step everyDestroy = () -> {};
    final AtomicInteger creating = new AtomicInteger();
    final AtomicInteger mostCreating = new AtomicInteger();
    private final AtomicInteger existing = new AtomicInteger();
    private final AtomicInteger mostExisting = new AtomicInteger();

    void onNextCreate(Step step) {
        creates.add(step);
    }

    void failNextCreate(Throwable failure) {
        onNextCreate(() -> {
            throw failure;
        });
    }

    void onNextDestroy(Step step) {
        destroys.add(step);
    }

    @Override
    public Thing create() {
        mostExisting.accumulateAndGet(existing.incrementAndGet(), Math::max);
        mostCreating.accumulateAndGet(creating.incrementAndGet(), Math::max);
        boolean isMade = false;
        try {
            run(creates.poll(), everyCreate);
            Thing thing = new Thing(made.size());
            made.add(thing);
            isMade = true;
            return thing;
        } finally {
            creating.decrementAndGet();
            if (!isMade) {
                existing.decrementAndGet();
            }
        }
    }

    @Override
    public void destroy(Thing thing) {
        if (thing.destroyed.incrementAndGet() != 1) {
            throw new AssertionError(thing + " is destroyed twice");
        }
        try {
            run(destroys.poll(), everyDestroy);
        } finally {
            existing.decrementAndGet();
        }
    }

    @Override
    public boolean isWorthRetrying(Throwable failure) {
        return isWorthRetrying;
    }

    /** The most that were being made, alive or being destroyed at once. */
    int mostExisting() {
        return mostExisting.get();
    }

    void forgetMostExisting() {
        mostExisting.set(existing.get());
    }

    /** A detached object is nobody's here any more. */
    void detached() {
        existing.decrementAndGet();
    }

    private static void run(Step scripted, Step every) {
        try {
            (scripted != null ? scripted : every).run();
        } catch (Throwable thrown) {
            throw ScriptedFactory.<RuntimeException>sneaky(thrown);
        }
    }

    @SuppressWarnings("unchecked") // so that a script can throw anything
    static <X extends Throwable> X sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
