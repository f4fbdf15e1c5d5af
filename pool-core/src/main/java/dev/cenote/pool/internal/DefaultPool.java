package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the pool: wires its parts, and holds the fast path.
 *
 * <p><b>The fast path</b> is one CAS to acquire and one to release, on a word that no other thread is likely to use: an
 * open gate, a {@link Hints hint}, and {@link Slot#tryLease}; then {@link Slot#tryRelease}, and a second look at the
 * gate. The argument why that loses no wake-up is at {@link Handoff}, and why it loses no slot at {@link IdleStore}.
 *
 * <p><b>Ordering:</b> in {@link #release} the gate is read after the CAS and the offer to the store. If it were read
 * before them only, a waiter could queue in between, find nothing idle, and park beside an idle object.
 *
 * @param <T> what is pooled
 */
public final class DefaultPool<T> implements Pool<T>, LeaseEnd<T> {

    private final PoolConfig<T> config;
    private final Parts<T> parts;
    private final WaitQueue<T> queue;
    private final IdleStore<T> idle;
    private final Hints<T> hints;
    private final int idleMark;
    private final Handoff<T> handoff;
    private final Diagnosis<T> diagnosis;
    private final Acquisition<T> acquisition;
    private final Closing<T> closing;
    private final Housekeeper<T> housekeeper;
    private final long acquireTimeoutNanos;

    /**
     * Opens a pool with a housekeeper thread of its own.
     *
     * @param config the settings
     * @param <T> what is pooled
     * @return a running pool
     */
    public static <T> Pool<T> open(PoolConfig<T> config) {
        HousekeeperThread thread = new HousekeeperThread(config.name(), config.ticker());
        DefaultPool<T> pool = new DefaultPool<>(config, thread, thread::stop);
        thread.start(pool.housekeeper::runOnce);
        return pool;
    }

    /** Opens a pool whose housekeeper runs when {@link #housekeep} is called. */
    DefaultPool(PoolConfig<T> config, Alarm alarm, Runnable whenClosed) {
        this.config = config;
        parts = Parts.of(config, alarm);
        queue = parts.queue();
        idle = parts.idle();
        hints = new Hints<>(config.idleOrder() == IdleOrder.LIFO); // they would break the other order
        boolean checksAlways =
                config.validator() != null && config.validateIfIdleFor().isZero();
        idleMark = checksAlways ? Slot.CHECK : 0;
        diagnosis = new Diagnosis<>(parts);
        handoff = new Handoff<>(parts, diagnosis, idleMark);
        acquisition = new Acquisition<>(parts, handoff, diagnosis, this);
        closing = new Closing<>(parts, handoff, diagnosis, () -> {
            whenClosed.run();
            parts.workers().shutdown();
        });
        housekeeper = new Housekeeper<>(parts, acquisition, handoff, closing);
        acquireTimeoutNanos = Expiry.nanos(config.acquireTimeout());
        parts.lock().run(() -> {
            queue.set(config.maxUses() > 0 ? WaitQueue.COUNTS_USES : 0);
            queue.set(runsUserCodeOnRelease(config.factory()) ? WaitQueue.RESETS : 0);
            handoff.refill();
        });
    }

    // --- acquire

    @Override
    public Lease<T> acquire() throws InterruptedException {
        return acquire(acquireTimeoutNanos);
    }

    @Override
    public Lease<T> acquire(Duration timeout) throws InterruptedException {
        return acquire(timeoutNanos(timeout));
    }

    private Lease<T> acquire(long timeoutNanos) throws InterruptedException {
        long threadId = Thread.currentThread().getId();
        Slot<T> slot = hint(threadId);
        long leaseWord = slot.tryLease();
        if (leaseWord == 0) {
            Grant<T> grant = takeStored(threadId);
            if (grant == null) {
                grant = acquisition.blocking(timeoutNanos);
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.holderId = threadId;
        return new PooledLease<>(
                slot, leaseWord, this); // the one place: so that it need not be made at all, if all is inlined
    }

    /** The slot that this thread used last, or one that can't be leased. */
    private Slot<T> hint(long threadId) {
        return (queue.gate() & WaitQueue.NO_ACQUIRE) == 0 ? hints.get(threadId) : hints.none();
    }

    /** Takes what is idle, if nobody waits for it. */
    private @Nullable Grant<T> takeStored(long threadId) {
        if ((queue.gate() & WaitQueue.NO_ACQUIRE) != 0) {
            return null;
        }
        Grant<T> grant = idle.lease();
        if (grant != null) {
            hints.set(threadId, grant.slot());
        }
        return grant;
    }

    /** The same as in {@link #acquire(long)}, where it may cost a little more. */
    private @Nullable PooledLease<T> takeIdle(long holderId) {
        long threadId = Thread.currentThread().getId();
        Slot<T> slot = hint(threadId);
        long leaseWord = slot.tryLease();
        if (leaseWord == 0) {
            Grant<T> grant = takeStored(threadId);
            if (grant == null) {
                return null;
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.holderId = holderId;
        return new PooledLease<>(slot, leaseWord, this);
    }

    @Override
    public Lease<T> acquireUninterruptibly(Duration timeout) {
        long timeoutNanos = timeoutNanos(timeout);
        PooledLease<T> lease = takeIdle(Thread.currentThread().getId());
        if (lease == null) {
            Grant<T> grant = acquisition.uninterruptible(timeoutNanos);
            lease = new PooledLease<>(grant.slot(), grant.word(), this);
        }
        return lease;
    }

    @Override
    public Optional<Lease<T>> tryAcquire() {
        long threadId = Thread.currentThread().getId();
        PooledLease<T> lease = takeIdle(threadId);
        if (lease == null) {
            acquisition.prepare();
            lease = takeIdle(threadId); // there, if it was made or validated in place
        }
        if (lease == null && isClosed()) {
            throw acquisition.closed();
        }
        return Optional.ofNullable(lease);
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync() {
        return acquireAsync(config.acquireTimeout());
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync(Duration timeout) {
        long timeoutNanos = timeoutNanos(timeout);
        PooledLease<T> lease = takeIdle(0);
        return lease != null ? CompletableFuture.completedFuture(lease) : acquisition.async(timeoutNanos);
    }

    @Override
    public <R, X extends Exception> R use(PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire()) {
            return function.apply(lease.get());
        }
    }

    private static long timeoutNanos(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be zero or longer, but was " + timeout);
        }
        return Expiry.nanos(timeout);
    }

    // --- the end of a lease

    @Override
    public void release(Slot<T> slot, long leaseWord) {
        if ((queue.gate() & WaitQueue.NO_RELEASE) != 0 || !tryRelease(slot, leaseWord)) {
            releaseWithCare(slot, leaseWord);
        }
    }

    private boolean tryRelease(Slot<T> slot, long leaseWord) {
        if (!slot.tryRelease(leaseWord, idleMark)) {
            return false;
        }
        idle.offer(slot);
        int news = queue.gate() & WaitQueue.NEWS;
        if (news != 0) {
            handoff.offered(news);
        }
        return true;
    }

    private void releaseWithCare(Slot<T> slot, long leaseWord) {
        int gate = queue.gate() & WaitQueue.NO_RELEASE;
        boolean wasLive;
        if ((gate & WaitQueue.RESETS) != 0) {
            wasLive = handoff.validation.release(slot, leaseWord);
        } else if (gate == WaitQueue.COUNTS_USES && !slot.isUsedUp(leaseWord) && tryRelease(slot, leaseWord)) {
            wasLive = true;
        } else {
            wasLive = handoff.release(slot, leaseWord);
        }
        if (!wasLive) {
            noteStaleClose();
        }
    }

    @Override
    public void invalidate(Slot<T> slot, long leaseWord) {
        if (!parts.lock().test(() -> handoff.end(slot, leaseWord, DestroyReason.INVALIDATED))) {
            noteStaleClose();
        }
    }

    @Override
    public T detach(Slot<T> slot, long leaseWord) {
        T object = slot.objectOf(leaseWord);
        if (object == null || !parts.lock().test(() -> handoff.detach(slot, leaseWord))) {
            noteStaleClose();
            throw PooledLease.dead();
        }
        return object;
    }

    private void noteStaleClose() {
        parts.counters().staleCloses.increment();
        parts.listener().staleClose();
    }

    // --- changes

    @Override
    public void resize(PoolLimits limits) {
        Objects.requireNonNull(limits, "limits");
        parts.lock().run(() -> {
            parts.capacity().setLimits(limits);
            handoff.trim();
            handoff.refill();
        });
    }

    @Override
    public void invalidateAll() {
        parts.lock().run(() -> handoff.retireAll(DestroyReason.REPLACED));
    }

    @Override
    public void replaceFactory(Factory<T> factory) {
        Objects.requireNonNull(factory, "factory");
        boolean runsUserCode = runsUserCodeOnRelease(factory);
        parts.lock().run(() -> {
            queue.clear(WaitQueue.RESETS);
            queue.set(runsUserCode ? WaitQueue.RESETS : 0);
            handoff.replaceFactory(factory);
        });
    }

    /** A factory that does not override {@code reset} has nothing to do on release; in doubt it has. */
    private boolean runsUserCodeOnRelease(Factory<T> factory) {
        if (config.validateOnRelease() && config.validator() != null) {
            return true;
        }
        try {
            return factory.getClass().getMethod("reset", Object.class).getDeclaringClass() != Factory.class;
        } catch (NoSuchMethodException | SecurityException e) {
            return true;
        }
    }

    @Override
    public void suspend() {
        parts.lock().run(() -> {
            if (!isClosed()) {
                queue.set(WaitQueue.SUSPENDED);
            }
        });
    }

    @Override
    public void resume() {
        parts.lock().run(() -> {
            queue.clear(WaitQueue.SUSPENDED);
            handoff.refill();
        });
    }

    // --- looking, and the end

    @Override
    public PoolStats stats() {
        return diagnosis.stats();
    }

    @Override
    public PoolConfig<T> config() {
        return config.withLimits(parts.capacity().limits());
    }

    @Override
    public boolean isClosed() {
        return queue.has(WaitQueue.CLOSED);
    }

    @Override
    public CompletableFuture<Void> shutdown(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must be zero or longer, but was " + grace);
        }
        return closing.begin(Expiry.nanos(grace));
    }

    @Override
    public void close() {
        CompletableFuture<Void> closed = closing.begin(Expiry.nanos(config.shutdownGrace()));
        if (closing.isCalledFromWithin()) {
            return;
        }
        boolean wasInterrupted = false;
        while (!closed.isDone()) {
            try {
                closed.get();
            } catch (InterruptedException interrupt) {
                wasInterrupted = true;
                closed = closing.begin(0);
            } catch (ExecutionException e) {
                throw new AssertionError("bug: closing never fails", e);
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the housekeeper thread does, for those who have none. */
    void housekeep() {
        housekeeper.runOnce(parts.now());
    }

    /** The parts, for the tests' invariant oracle. */
    Parts<T> parts() {
        return parts;
    }

    @Override
    public String toString() {
        return diagnosis.table();
    }
}
