package dev.cenote.pool.internal.run;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of the platform threads that there are when the first name is asked for. No slot keeps a thread alive, so
 * this is how one is found again. It looks at all threads of the JVM, so it is made once for many who ask.
 */
public final class ThreadNames {

    private volatile @Nullable Map<Long, String> known; // racy on purpose: two who ask first may both look

    /** The name of the thread with that id, or what is given if there is none. */
    public String of(long threadId, String otherwise) {
        Map<Long, String> names = known;
        if (names == null) {
            names = find();
            known = names;
        }
        return names.getOrDefault(threadId, otherwise);
    }

    private static Map<Long, String> find() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = top; parent != null; parent = parent.getParent()) {
            top = parent;
        }
        Thread[] threads = new Thread[top.activeCount() * 2 + 16];
        int found = top.enumerate(threads);
        Map<Long, String> names = new HashMap<>();
        for (int i = 0; i < found; i++) {
            names.put(threads[i].getId(), threads[i].getName());
        }
        return names;
    }
}
