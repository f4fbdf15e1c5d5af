package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.Settings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/** A real pool of one object and one waiter: each thread enters, leaves, and may close it. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PoolRace {

    private static final int MOST_THREADS = 8;
    private static final int NOBODY = -1;

    private final DefaultPool<Object> pool;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private final CompletableFuture<Lease<Object>>[] entered = new CompletableFuture[MOST_THREADS];

    public PoolRace() {
        pool = new DefaultPool<>(
                Settings.of(Pool.builder(Object::new)
                        .maxSize(1)
                        .maxWaiters(1)
                        .ticker(() -> 0)
                        .executor(Runnable::run)),
                new Pools.Never());
        pool.acquireAsync().join().close(); // made once, so that nobody waits for that
    }

    /** Acquires, and perhaps waits. What becomes of that is asked when it leaves: it may change until then. */
    @Operation
    public void enter(@Param(name = "thread") int thread) {
        if (entered[thread] == null) {
            entered[thread] = pool.acquireAsync();
        }
    }

    /** Gives the object back, or stops waiting for it. */
    @Operation
    public String leave(@Param(name = "thread") int thread) {
        CompletableFuture<Lease<Object>> future = entered[thread];
        if (future == null) {
            return "out";
        }
        entered[thread] = null;
        if (future.cancel(false)) {
            return "cancelled";
        }
        try {
            future.join().close();
            return "released";
        } catch (CompletionException failure) {
            return failure.getCause() instanceof PoolClosedException ? "closed" : "full";
        }
    }

    @Operation(runOnce = true)
    public void close() {
        CompletableFuture<Void> unused = pool.shutdown(Duration.ofSeconds(1));
    }

    /** What it must look like, one call after the other. */
    public static final class Sequential {
        private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
        private final Map<Integer, String> failed = new HashMap<>();
        private int holder = NOBODY;
        private boolean isClosed;

        public void enter(int thread) {
            if (holder == thread || waiting.contains(thread) || failed.containsKey(thread)) {
                return;
            }
            if (isClosed) {
                failed.put(thread, "closed");
            } else if (holder == NOBODY) {
                holder = thread;
            } else if (waiting.isEmpty()) {
                waiting.add(thread);
            } else {
                failed.put(thread, "full");
            }
        }

        public String leave(int thread) {
            if (holder == thread) {
                holder = waiting.isEmpty() ? NOBODY : waiting.remove();
                return "released";
            }
            return waiting.remove(thread) ? "cancelled" : failed.containsKey(thread) ? failed.remove(thread) : "out";
        }

        public void close() {
            isClosed = true;
            waiting.forEach(thread -> failed.put(thread, "closed"));
            waiting.clear();
        }
    }
}
