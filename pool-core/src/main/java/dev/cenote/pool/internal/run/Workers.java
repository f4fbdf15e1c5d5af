package dev.cenote.pool.internal.run;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks off the caller's thread: on the user's executor, or on daemon threads of the pool's own, as many as there
 * are tasks. Nothing bounds them here; each task belongs to a slot, which does. Those threads have the context class loader
 * of the thread that made this, and nothing of the threads that need them ({@link PoolThreads}).
 *
 * <p>A task is never lost. If the executor refuses it, it gets a thread of its own. If no thread can be had, it runs at once; on
 * the housekeepers' thread it waits for the next look instead.
 */
public final class Workers implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long KEEP_ALIVE_SECONDS = 10;

    private final ThreadFactory threads;
    private final @Nullable Executor given;
    private final boolean isShared;
    private final @Nullable Workers ownThreads; // those of others, if it has none of its own
    private final AtomicReference<@Nullable ExecutorService> own = new AtomicReference<>(); // made when it is needed
    private volatile boolean isShutdown;
    private final Queue<Runnable> homeless = new ConcurrentLinkedQueue<>();

    /** What the pool's own threads are made by. */
    private static final class OwnThreads implements ThreadFactory {
        private final String poolName;
        private final AtomicInteger number = new AtomicInteger();
        private volatile @Nullable ClassLoader contextLoader =
                Thread.currentThread().getContextClassLoader();

        OwnThreads(String poolName) {
            this.poolName = poolName;
        }

        @Override
        public Thread newThread(Runnable task) {
            return PoolThreads.newDaemon(
                    "cenote-" + poolName + "-worker-" + number.incrementAndGet(), contextLoader, task);
        }
    }

    public Workers(String poolName, @Nullable Executor given) {
        this(given, new OwnThreads(poolName));
    }

    /** With threads of the pool's own that somebody else makes. */
    public Workers(@Nullable Executor given, ThreadFactory threads) {
        this(given, threads, false, null);
    }

    private Workers(@Nullable Executor given, ThreadFactory threads, boolean isShared, @Nullable Workers ownThreads) {
        this.threads = threads;
        this.given = given;
        this.isShared = isShared;
        this.ownThreads = ownThreads;
    }

    /** For several pools, none of which ends them: {@link #shutdownShared} does. */
    public static Workers shared(String name) {
        return new Workers(null, new OwnThreads(name), true, null);
    }

    /** Tasks are run by that executor, and what needs a thread of the pool's own by these. */
    public Workers withExecutor(Executor executor) {
        return new Workers(executor, threads, true, this);
    }

    private Executor executor() {
        Executor known = given != null ? given : own.get();
        if (known != null) {
            return known;
        }
        ExecutorService made = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        ExecutorService other = own.compareAndExchange(null, made); // another thread's, which was faster
        if (isShutdown) { // written before the shutdown looked here
            made.shutdown();
        }
        return other != null ? other : made;
    }

    @Override
    public void execute(Runnable task) {
        Runnable once = new Once(task);
        try {
            executor().execute(once);
        } catch (Throwable refusal) {
            runElsewhere(once);
            LOG.warn(
                    "The executor failed; a task that it did not begin gets a thread of its own" + Help.on("executor"),
                    refusal);
        }
    }

    /** Runs a task on a thread of the pool's own, also where the user's executor runs tasks in place. */
    public void executeOnOwnThread(Runnable task) {
        if (ownThreads != null) {
            ownThreads.executeOnOwnThread(task);
        } else if (given == null && !isShutdown) { // a pool that is closed may still have futures to complete
            execute(task);
        } else {
            runElsewhere(task);
        }
    }

    /** Runs a task that takes as long as the pool is open. Throws what the JVM throws if no thread can be had. */
    public void startOwnThread(Runnable task) {
        threads.newThread(task).start();
    }

    private void runElsewhere(Runnable task) {
        try {
            threads.newThread(task).start();
        } catch (Throwable noThread) {
            if (HousekeeperThread.SHARED.isCurrent()) { // it is needed for all pools
                homeless.add(task);
                LOG.warn("No thread can be had, so a task waits for the next one" + Help.on("no-thread"), noThread);
            } else {
                LOG.warn(
                        "No thread can be had, so the task runs on {}" + Help.on("no-thread"),
                        Thread.currentThread(),
                        noThread);
                task.run();
            }
        }
    }

    public boolean hasHomeless() {
        return !homeless.isEmpty();
    }

    /** Tries again to run what no thread could be had for. */
    public void runHomeless() {
        for (int left = homeless.size(); left > 0; left--) { // what still can get none comes to the end of the queue
            Runnable task = homeless.poll();
            if (task != null) {
                executeOnOwnThread(task);
            }
        }
    }

    /** The pool is closed: its own threads end when their tasks do, and forget the loader that they had. */
    public void shutdown() {
        if (!isShared) {
            shutdownShared();
        }
    }

    /** The same, when the last of several pools is closed. */
    public void shutdownShared() {
        if (threads instanceof OwnThreads ours) {
            ours.contextLoader = null;
        }
        isShutdown = true;
        ExecutorService made = own.get();
        if (made != null) {
            made.shutdown();
        }
    }
}
