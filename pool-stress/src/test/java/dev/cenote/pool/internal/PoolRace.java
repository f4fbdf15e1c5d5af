package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/** A real pool of one or two objects and one waiter: each thread enters, leaves, and may close it. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PoolRace {

    private static final int MOST_THREADS = 8;

    private final DefaultPool<Object> pool;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private final CompletableFuture<Lease<Object>>[] entered = new CompletableFuture[MOST_THREADS];

    PoolRace(int size) {
        pool = Opening.inPlace(
                Pool.builder(Object::new)
                        .maxSize(size)
                        .maxWaiters(1)
                        .ticker(() -> 0)
                        .executor(Runnable::run)
                        .config(),
                new Pools.Never());
        pool.warmUp(size).join(); // so that nobody waits for objects to be made
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

    public static final class OfOne extends PoolRace {
        public OfOne() {
            super(1);
        }
    }

    public static final class OfTwo extends PoolRace {
        public OfTwo() {
            super(2);
        }
    }

    /** What it must look like, one call after the other. */
    public abstract static class Sequential {
        private final Set<Integer> holders = new HashSet<>();
        private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
        private final Map<Integer, String> failed = new HashMap<>();
        private final int size;
        private boolean isClosed;

        Sequential(int size) {
            this.size = size;
        }

        public void enter(int thread) {
            if (holders.contains(thread) || waiting.contains(thread) || failed.containsKey(thread)) {
                return;
            }
            if (isClosed) {
                failed.put(thread, "closed");
            } else if (holders.size() < size) {
                holders.add(thread);
            } else if (waiting.isEmpty()) {
                waiting.add(thread);
            } else {
                failed.put(thread, "full");
            }
        }

        public String leave(int thread) {
            if (holders.remove(thread)) {
                if (!waiting.isEmpty()) {
                    holders.add(waiting.remove());
                }
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

    public static final class SequentialOfOne extends Sequential {
        public SequentialOfOne() {
            super(1);
        }
    }

    public static final class SequentialOfTwo extends Sequential {
        public SequentialOfTwo() {
            super(2);
        }
    }
}
