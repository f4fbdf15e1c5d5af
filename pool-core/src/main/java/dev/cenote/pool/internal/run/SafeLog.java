package dev.cenote.pool.internal.run;

/** Logging runs user code, too: the logger, and the text of the throwable. So where it must not fail, it is caught. */
public final class SafeLog {

    private SafeLog() {}

    /**
     * Adds what the logging of a throwable has thrown to that throwable, since nobody is left to be told.
     *
     * @param thrown what was logged
     * @param again what the logging threw
     */
    public static void add(Throwable thrown, Throwable again) {
        if (again != thrown) { // a full heap makes the JVM throw one OutOfMemoryError twice
            thrown.addSuppressed(again);
        }
    }
}
