package dev.cenote.latency;

/** Starts threads, also virtual ones, which the oldest JDK that this compiles for does not have. */
final class Threads {

    static final int FIRST_JDK_WITH_VIRTUAL = 21;

    private Threads() {}

    static Thread start(boolean isVirtual, Runnable task) {
        if (isVirtual) {
            try {
                return (Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, task);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("no virtual threads on this JDK", e);
            }
        }
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
