package dev.cenote.gateway;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that may block: virtual ones where the JVM has them and they are wanted. */
final class Threads {

    static final int FIRST_JDK_WITH_VIRTUAL = 21;

    private static final int LARGEST_QUEUE = 10_000;

    private Threads() {}

    /** A thread for each task. */
    static ExecutorService perTask(boolean isVirtual) {
        return isVirtual ? virtual() : Executors.newCachedThreadPool(named("session"));
    }

    /** At most so many platform threads, and a bounded queue before them; or a virtual thread for each task. */
    static ExecutorService bounded(boolean isVirtual, int most) {
        return isVirtual
                ? virtual()
                : new ThreadPoolExecutor(
                        most, most, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(LARGEST_QUEUE), named("worker"));
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> new Thread(task, name + "-" + count.incrementAndGet());
    }

    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "virtual threads need a JDK " + FIRST_JDK_WITH_VIRTUAL + " or newer, but this is "
                            + Runtime.version(),
                    e);
        }
    }
}
