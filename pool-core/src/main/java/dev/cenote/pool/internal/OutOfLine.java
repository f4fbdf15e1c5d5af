package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.slot.Slot.Grant;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Function;

/**
 * The wait in the queue, by way of a handle that is no constant, which C2 never inlines.
 *
 * <p>Where a pool is filled by thousands of acquires, C2 would else inline the wait into {@link DefaultPool#acquire()} and make
 * that too large to be inlined itself, so that every lease would be allocated for ever.
 */
final class OutOfLine {

    @SuppressWarnings("FieldMayBeFinal") // so that it is no constant
    private static MethodHandle blocking = findBlocking();

    private OutOfLine() {}

    private static MethodHandle findBlocking() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(
                            Acquisition.class,
                            "blocking",
                            MethodType.methodType(Grant.class, long.class, Function.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** See {@link Acquisition#blocking}. */
    @SuppressWarnings("unchecked")
    static <T> Grant<T> blocking(Acquisition<T> acquisition, long timeoutNanos, Function<Grant<T>, Lease<T>> leases)
            throws InterruptedException {
        try {
            return (Grant<T>) (Grant<?>)
                    blocking.invokeExact((Acquisition<?>) acquisition, timeoutNanos, (Function<?, ?>) leases);
        } catch (InterruptedException | RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new AssertionError("bug: an acquire throws nothing else", thrown);
        }
    }
}
