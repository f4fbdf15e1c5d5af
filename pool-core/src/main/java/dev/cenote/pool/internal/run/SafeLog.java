package dev.cenote.pool.internal.run;

/** Logs what user code has thrown. Logging runs user code, too: the logger, and the text of the throwable. */
public final class SafeLog {

    private SafeLog() {}

    /**
     * Logs, and throws nothing. What the logging throws is added to the throwable, since nobody is left to be told.
     *
     * @param thrown what is logged
     * @param logging logs it
     */
    public static void log(Throwable thrown, Runnable logging) {
        try {
            logging.run();
        } catch (Throwable again) {
            if (again != thrown) { // a full heap makes the JVM throw one OutOfMemoryError twice
                thrown.addSuppressed(again);
            }
        }
    }
}
