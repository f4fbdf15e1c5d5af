package dev.cenote.pool.internal;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waits for what another thread is about to do. The test's own time-out bounds it. */
public final class Await {

    private Await() {}

    public static void until(BooleanSupplier condition) {
        until("the test took too long", condition);
    }

    /** @param otherwise what is wrong if it does not come true */
    public static void until(String otherwise, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError(otherwise);
            }
            Thread.yield();
        }
    }

    /** Waits until the garbage collector has taken all of these. */
    public static void untilCollected(List<WeakReference<?>> references) {
        until(() -> {
            System.gc();
            return references.stream().allMatch(reference -> reference.get() == null);
        });
    }
}
