package dev.cenote.pool.internal.run;

import java.security.AccessController;
import java.security.PrivilegedAction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pool's own threads. They inherit nothing from the thread that happens to need them first: a thread of one
 * application would else keep the class loader of another one, or look for services in it.
 */
final class PoolThreads {

    private PoolThreads() {}

    /**
     * A daemon thread of normal priority in the topmost thread group.
     *
     * @param contextLoader what it finds services and resources by; null: the loader of the pool's own code
     */
    @SuppressWarnings("ThreadPriorityCheck") // it is set lest the caller's be inherited
    static Thread newDaemon(String name, @Nullable ClassLoader contextLoader, Runnable task) {
        Thread thread = withoutCallersContext(() -> new Thread(topGroup(), task, name, 0, false));
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setContextClassLoader(contextLoader != null ? contextLoader : PoolThreads.class.getClassLoader());
        return thread;
    }

    private static ThreadGroup topGroup() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        for (ThreadGroup parent = top.getParent(); parent != null; parent = parent.getParent()) {
            top = parent;
        }
        return top;
    }

    /**
     * Before JDK 24 a new thread keeps the protection domains, and so the class loaders, of all code on the stack that
     * makes it, down to the last privileged call. Later it keeps none.
     */
    @SuppressWarnings("removal") // it does nothing where it is about to be removed
    private static Thread withoutCallersContext(PrivilegedAction<Thread> making) {
        return AccessController.doPrivileged(making);
    }
}
