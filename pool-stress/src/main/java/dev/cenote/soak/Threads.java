package dev.cenote.soak;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/** Starts platform threads, and virtual ones where the JVM has them. */
final class Threads {

    private Threads() {}

    static boolean hasVirtual() {
        try {
            startVirtual();
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static Method startVirtual() throws NoSuchMethodException {
        return Thread.class.getMethod("startVirtualThread", Runnable.class);
    }

    /** Every other one on a virtual thread, until so many are. */
    static void start(List<Worker> workers, int virtual) {
        int left = virtual;
        for (Worker worker : workers) {
            if (left > 0 && (worker.number % 2 == 1 || left >= workers.size() - worker.number)) {
                left--;
                startVirtual(worker);
            } else {
                start(worker, "soak-" + worker.number);
            }
        }
    }

    static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void startVirtual(Worker worker) {
        try {
            startVirtual().invoke(null, worker);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("this JVM has no virtual threads", e);
        }
    }
}
