package dev.cenote.pool.jdbc.spring.crac;

import java.util.Collections;
import java.util.List;

/**
 * A checkpoint and its restore without a JVM that can do them: {@code org.crac} finds this by {@code org.crac.Core.Compat}, and
 * calls those whom it would call. In between the image would be taken.
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

    public static void checkpointRestore() throws Exception {
        List<Resource> resources = GLOBAL.lastFirst();
        for (Resource resource : resources) {
            resource.beforeCheckpoint(GLOBAL);
        }
        try {
            image.run();
        } finally {
            Collections.reverse(resources);
            for (Resource resource : resources) {
                resource.afterRestore(GLOBAL);
            }
        }
    }
}
