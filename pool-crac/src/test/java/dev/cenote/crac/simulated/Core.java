package dev.cenote.crac.simulated;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A checkpoint and its restore without a JVM that can do them. {@code org.crac} finds this by {@code org.crac.Core.Compat}. It
 * calls the resources that such a JVM would call. In between the image would be taken, unless a resource refuses.
 */
public final class Core {

    private static final Context GLOBAL = new Context();
    private static volatile Runnable image = () -> {};

    private Core() {}

    /** What to do when the image would be taken. */
    public static void whenImageIsTaken(Runnable action) {
        image = action;
    }

    public static Context getGlobalContext() {
        return GLOBAL;
    }

    public static void checkpointRestore() throws CheckpointException {
        Deque<Resource> notified = new ArrayDeque<>();
        CheckpointException refused = new CheckpointException();
        for (Resource resource : GLOBAL.lastFirst()) {
            notified.push(resource);
            try {
                resource.beforeCheckpoint(GLOBAL);
            } catch (Exception e) {
                refused.addSuppressed(e);
            }
        }
        if (refused.getSuppressed().length == 0) {
            image.run();
        }
        for (Resource resource : notified) {
            try {
                resource.afterRestore(GLOBAL);
            } catch (Exception e) {
                refused.addSuppressed(e);
            }
        }
        if (refused.getSuppressed().length > 0) {
            throw refused;
        }
    }
}
