package dev.cenote.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Makes, validates and destroys the items of a pool as its user wants it, and counts those that exist. */
public final class Maker {

    /** When a pool asks whether an item still works. */
    public enum Validation {
        /** Never. */
        NONE,
        /** When an item was not used for an hour, which none is. */
        IN_WINDOW,
        /** At each acquire. */
        EACH_TIME
    }

    static final long WINDOW_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Supplier<?> payloads;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger existing = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** How long it takes to make one, and to destroy one. */
    public volatile long createMillis;

    public volatile long destroyMillis;
    /** To be set before the pool is opened. */
    public Validation validation = Validation.NONE;
    /** Whether it throws an {@link Error} instead of making one. */
    public volatile boolean throwsErrors;

    /** Makes items that are nothing more. */
    public Maker() {
        this(() -> null);
    }

    /** Makes items with a payload each, which is not closed when the item is destroyed. */
    public Maker(Supplier<?> payloads) {
        this.payloads = payloads;
    }

    Item create() {
        most.accumulateAndGet(existing.incrementAndGet(), Math::max);
        boolean isMade = false;
        try {
            pause(createMillis);
            if (throwsErrors) {
                throw new StackOverflowError("wanted");
            }
            Item item = new Item(made.incrementAndGet(), payloads.get());
            isMade = true;
            return item;
        } finally {
            if (!isMade) {
                existing.decrementAndGet();
            }
        }
    }

    /** A validator that costs next to nothing. */
    boolean isValid(Item item) {
        return item.number() > 0;
    }

    void destroy() {
        pause(destroyMillis);
        existing.decrementAndGet();
    }

    /** The most items that existed at once: being made, live, or being destroyed. */
    public int most() {
        return most.get();
    }

    private static void pause(long millis) {
        if (millis == 0) {
            return;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
