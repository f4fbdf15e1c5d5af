package dev.cenote.pool.internal.jfr;

import dev.cenote.pool.internal.stats.Recorder;

/** The flight recorder of this JVM. Where the module {@code jdk.jfr} is absent, no class that needs it is loaded. */
public final class FlightRecorders {

    public static final Recorder FOUND = find();

    private FlightRecorders() {}

    private static Recorder find() {
        try {
            Class.forName("jdk.jfr.Event", false, FlightRecorders.class.getClassLoader());
            return new JfrRecorder();
        } catch (ClassNotFoundException | LinkageError none) {
            return Recorder.NONE;
        }
    }
}
