package dev.cenote.commons.internal;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The objects that were taken from their holders, who may still return them. Told apart by identity, and not kept alive. */
final class TakenBack {

    private final Set<Weak> objects = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

    private static final class Weak extends WeakReference<Object> {

        private final int hash;

        Weak(Object object, @Nullable ReferenceQueue<Object> queue) {
            super(object, queue);
            hash = System.identityHashCode(object);
        }

        /** One that was collected equals itself only, so that it can be removed. */
        @Override
        public boolean equals(@Nullable Object other) {
            Object object = get();
            return this == other || (object != null && other instanceof Weak weak && weak.refersTo(object));
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    void add(Object object) {
        for (Reference<?> gone = collected.poll(); gone != null; gone = collected.poll()) {
            objects.remove(gone);
        }
        objects.add(new Weak(object, collected));
    }

    void remove(Object object) {
        objects.remove(new Weak(object, null));
    }

    boolean contains(Object object) {
        return objects.contains(new Weak(object, null));
    }
}
