package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the pool: wires its parts, and holds the fast path.
 *
 * <p><b>The fast path</b> is one CAS to acquire and one to release, on a word that no other thread is likely to use: a
 * {@link Hints hint}, and {@link Slot#tryLease}; then {@link LeaseEnd#release}. The argument why that loses
 * no wake-up is at {@link Handoff}, and why it loses no slot at {@link IdleStore}.
 *
 * @param <T> what is pooled
 */
public final class DefaultPool<T> implements Pool<T> {

    private final PoolConfig<T> config;
    private final Parts<T> parts;
    private final WaitQueue<T> queue;
    private final IdleStore<T> idle;
    private final Hints<T> hints;
    private final Handoff<T> handoff;
    private final Diagnosis<T> diagnosis;
    private final Acquisition<T> acquisition;
    private final Changes<T> changes;
    private final Closing<T> closing;
    private final Housekeeper<T> housekeeper;
    private final long acquireTimeoutNanos;
    private final LeaseEnd<T> leaseEnd;
    private final @Nullable Leaks<T> leaks;

    /**
     * Opens a pool with a housekeeper thread of its own.
     *
     * @param config the settings
     * @param <T> what is pooled
     * @return a running pool
     */
    public static <T> Pool<T> open(PoolConfig<T> config) {
        HousekeeperThread thread = new HousekeeperThread(config.name(), config.ticker());
        Parts<T> parts = Parts.of(config, thread);
        DefaultPool<T> pool = new DefaultPool<>(parts, thread::stop, parts.workers()::executeOnOwnThread);
        thread.start(pool.housekeeper::runOnce);
        return pool;
    }

    /** Opens a pool whose housekeeper runs, all in place, when {@link #housekeep} is called. */
    DefaultPool(PoolConfig<T> config, Alarm alarm) {
        this(Parts.of(config, alarm), () -> {}, Runnable::run);
    }

    /** Opens a pool of given parts, whose housekeeper runs when {@link #housekeep} is called. */
    DefaultPool(Parts<T> parts, Runnable whenClosed, Executor afterHousekeeping) {
        this.parts = parts;
        config = parts.config();
        queue = parts.queue();
        idle = parts.idle();
        hints = parts.hints();
        boolean checksAlways =
                config.validator() != null && config.validateIfIdleFor().isZero();
        int idleMark = checksAlways ? Slot.CHECK : 0;
        diagnosis = new Diagnosis<>(parts);
        handoff = new Handoff<>(parts, diagnosis, idleMark);
        leaseEnd = new LeaseEnd<>(parts, handoff, idleMark);
        changes = new Changes<>(parts, handoff, leaseEnd, diagnosis);
        leaks = Leaks.of(config);
        acquisition = new Acquisition<>(parts, handoff, diagnosis, grant -> lease(grant, false));
        closing = new Closing<>(parts, handoff, diagnosis, () -> {
            whenClosed.run();
            parts.workers().shutdown();
        });
        housekeeper = new Housekeeper<>(parts, acquisition, handoff, closing, leaks, afterHousekeeping);
        acquireTimeoutNanos = Expiry.nanos(config.acquireTimeout());
        parts.lock().setCompleting(afterHousekeeping);
        boolean resets = config.factory().resets();
        parts.lock().run(() -> {
            leaseEnd.expectObjects(resets);
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
        Slot<T> slot = hints.get(threadId);
        long leaseWord = slot.tryLease();
        Grant<T> grant = null;
        if (leaseWord == 0) {
            grant = takeStored(threadId);
            if (grant == null) {
                grant = acquisition.blocking(timeoutNanos);
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.noteHolder(threadId);
        // The one place where it is made, and no call gets it where leaks are not looked for; so where all is inlined
        // it
        // need not be made at all, which a method shared with the other places would prevent.
        PooledLease<T> lease = new PooledLease<>(slot, leaseWord, leaseEnd);
        if (leaks != null && grant != null) {
            leaks.track(lease, grant, true);
        }
        return lease;
    }

    /** Takes what is idle, if nobody waits for it. */
    private @Nullable Grant<T> takeStored(long threadId) {
        if ((queue.gate() & WaitQueue.NO_ACQUIRE) != 0) {
            return null;
        }
        Grant<T> grant = idle.lease(null);
        if (grant != null) {
            hints.set(threadId, grant.slot());
        }
        return grant;
    }

    /** The same as in {@link #acquire(long)}, where it may cost a little more. */
    private @Nullable PooledLease<T> takeIdle(long holderId) {
        long threadId = Thread.currentThread().getId();
        Slot<T> slot = hints.get(threadId);
        long leaseWord = slot.tryLease();
        Grant<T> grant = null;
        if (leaseWord == 0) {
            grant = takeStored(threadId);
            if (grant == null) {
                return null;
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.noteHolder(holderId);
        PooledLease<T> lease = new PooledLease<>(slot, leaseWord, leaseEnd);
        if (leaks != null && grant != null) {
            leaks.track(lease, grant, holderId != 0);
        }
        return lease;
    }

    private Lease<T> lease(Grant<T> grant, boolean isHere) {
        PooledLease<T> lease = new PooledLease<>(grant.slot(), grant.word(), leaseEnd);
        if (leaks != null) {
            leaks.track(lease, grant, isHere);
        }
        return lease;
    }

    @Override
    public Lease<T> acquireUninterruptibly(Duration timeout) {
        long timeoutNanos = timeoutNanos(timeout);
        PooledLease<T> lease = takeIdle(Thread.currentThread().getId());
        return lease != null ? lease : lease(acquisition.uninterruptible(timeoutNanos), true);
    }

    @Override
    public Optional<Lease<T>> tryAcquire() {
        long threadId = Thread.currentThread().getId();
        PooledLease<T> lease = takeIdle(threadId);
        if (lease == null) {
            acquisition.prepare();
            lease = takeIdle(threadId); // there, if it was made or validated in place
        }
        if (lease == null && queue.has(WaitQueue.QUEUED)) {
            parts.lock().run(handoff::cover); // it had an unchecked one in its hands, which a waiter may have missed
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

    // --- changes

    @Override
    public CompletableFuture<Void> warmUp(int objects) {
        return changes.warmUp(objects);
    }

    @Override
    public CompletableFuture<Void> drain() {
        return changes.drain();
    }

    @Override
    public void resize(PoolLimits limits) {
        changes.resize(Objects.requireNonNull(limits, "limits"));
    }

    @Override
    public void invalidateAll() {
        changes.invalidateAll();
    }

    @Override
    public void invalidateAll(Duration over) {
        if (over.isNegative()) {
            throw new IllegalArgumentException("over must be zero or longer, but was " + over);
        }
        changes.invalidateAll(Expiry.nanos(over));
    }

    @Override
    public void replaceFactory(Factory<T> factory) {
        changes.replaceFactory(Objects.requireNonNull(factory, "factory"));
    }

    @Override
    public void suspend() {
        changes.suspend();
    }

    @Override
    public void resume() {
        changes.resume();
    }

    // --- looking, and the end

    @Override
    public PoolStats stats() {
        parts.lock().run(handoff::cover); // what was released this moment goes to its waiter before it is counted
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
        closing.closeAndWait(Expiry.nanos(config.shutdownGrace()));
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
