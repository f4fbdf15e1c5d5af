package dev.cenote.crac.simulated;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** As in {@code org.crac}. */
public class Context {

    private final Deque<Resource> resources = new ArrayDeque<>();

    public synchronized void register(Resource resource) {
        resources.push(resource);
    }

    synchronized List<Resource> lastFirst() {
        return new ArrayList<>(resources);
    }
}
