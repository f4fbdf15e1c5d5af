package dev.cenote.crac.simulated;

/** As in {@code org.crac}. */
public interface Resource {

    void beforeCheckpoint(Context context) throws Exception;

    void afterRestore(Context context) throws Exception;
}
