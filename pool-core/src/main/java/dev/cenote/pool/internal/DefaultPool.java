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
import java.util.function.Function;
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
    private final Function<Grant<T>, Lease<T>> leases;
    private final Changes<T> changes;
    private final Closing<T> closing;
    private final Housekeeper<T> housekeeper;
    private final long acquireTimeoutNanos;
    private final LeaseEnd<T> leaseEnd;
    private final @Nullable Leaks<T> leaks;

    /**
     * Opens a pool whose housekeeper runs on the thread that all pools share.
     *
     * @param config the settings
     * @param <T> what is pooled
     * @return a running pool
     */
    public static <T> Pool<T> open(PoolConfig<T> config) {
        HousekeeperAlarm alarm = new HousekeeperAlarm(HousekeeperThread.SHARED, config.ticker());
        Parts<T> parts = Parts.of(config, alarm);
        Workers workers = parts.workers();
        DefaultPool<T> pool = new DefaultPool<>(parts, alarm::stop, workers::executeOnOwnThread, false);
        Closing<T> closing = pool.closing; // from here on not by way of the pool, or that would be reachable for ever
        alarm.start(pool.housekeeper::runOnce, pool, () -> workers.executeOnOwnThread(closing::closeUnreachable));
        pool.begin(); // last: what is made in place now may hang
        return pool;
    }

    /** Opens a pool whose housekeeper runs, all in place, when {@link #housekeep} is called. */
    DefaultPool(PoolConfig<T> config, Alarm alarm) {
        this(Parts.of(config, alarm), () -> {}, Runnable::run);
    }

    /** Opens a pool of given parts, whose housekeeper runs when {@link #housekeep} is called. */
    DefaultPool(Parts<T> parts, Runnable whenClosed, Executor ownThread) {
        this(parts, whenClosed, ownThread, true);
    }

    /** @param ownThread runs what no thread of the user's should run */
    private DefaultPool(Parts<T> parts, Runnable whenClosed, Executor ownThread, boolean begins) {
        this.parts = parts;
        parts.tasks().setOwnThread(ownThread);
        config = parts.config();
        queue = parts.queue();
        idle = parts.idle();
        hints = parts.hints();
        boolean checksAlways =
                config.validator() != null && config.validateIfIdleFor().isZero();
        int idleMark = checksAlways ? Slot.CHECK : 0;
        diagnosis = new Diagnosis<>(parts);
        handoff = new Handoff<>(parts, diagnosis, idleMark);
        leaseEnd = new LeaseEnd<>(this, parts, handoff, idleMark);
        changes = new Changes<>(parts, handoff, leaseEnd, diagnosis);
        leaks = Leaks.of(config);
        acquisition = new Acquisition<>(parts, handoff, diagnosis);
        leases = grant -> lease(grant, false);
        closing = new Closing<>(parts, handoff, diagnosis, () -> {
            whenClosed.run();
            parts.workers().shutdown();
        });
        housekeeper = new Housekeeper<>(parts, acquisition, handoff, closing, diagnosis, leaks, ownThread);
        acquireTimeoutNanos = Expiry.nanos(config.acquireTimeout());
        parts.lock().setCompleting(ownThread);
        boolean resets = config.factory().resets();
        parts.lock().setWithMoreStack(parts.workers()::executeOnOwnThread);
        parts.lock().run(() -> leaseEnd.expectObjects(resets));
        if (begins) {
            begin();
        }
    }

    private void begin() {
        changes.refill();
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
        StackReserve.ensureForAcquire();
        long threadId = Thread.currentThread().getId();
        Slot<T> slot = hints.get(threadId);
        long leaseWord = slot.tryLease();
        Grant<T> grant = null;
        if (leaseWord == 0) {
            grant = takeStored(threadId);
            if (grant == null) {
                grant = acquisition.blocking(timeoutNanos, leases);
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.noteHolder(threadId);
        // The one place where it is made, and no call gets it where leaks are not looked for; so where all is
        // inlined it need not be made at all, which a method shared with the other places would prevent.
        PooledLease<T> lease = new PooledLease<>(slot, leaseWord, leaseEnd);
        if (leaks != null && grant != null) {
            leaks.track(lease, grant, true);
        }
        return lease;
    }

    /** Takes what is idle, if nobody waits for it. */
    private @Nullable Grant<T> takeStored(long threadId) {
        if ((queue.gate() & WaitQueue.NO_ACQUIRE) != 0 && !isRoused()) {
            return null;
        }
        hints.prepare();
        Grant<T> grant = idle.lease();
        if (grant != null) {
            hints.set(threadId, grant.slot());
        }
        return grant;
    }

    /** Rouses a pool that is dormant. True if then nothing else forbids to take what is idle. */
    private boolean isRoused() {
        if (!queue.has(WaitQueue.DORMANT)) {
            return false;
        }
        housekeeper.rouse();
        return (queue.gate() & WaitQueue.NO_ACQUIRE) == 0;
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
        StackReserve.ensureForAcquire();
        long timeoutNanos = timeoutNanos(timeout);
        PooledLease<T> lease = takeIdle(Thread.currentThread().getId());
        return lease != null ? lease : lease(acquisition.uninterruptible(timeoutNanos, leases), true);
    }

    @Override
    public Optional<Lease<T>> tryAcquire() {
        StackReserve.ensureForAcquire();
        long threadId = Thread.currentThread().getId();
        PooledLease<T> lease = takeIdle(threadId);
        if (lease == null) {
            Grant<T> behind = acquisition.lookBehind();
            if (behind != null) {
                behind.slot().noteHolder(threadId);
                return Optional.of(lease(behind, true));
            }
            lease = takeIdle(threadId); // there, if it was made or validated in place
        }
        if (lease == null && queue.has(WaitQueue.QUEUED | WaitQueue.OVERSIZE)) {
            parts.lock().run(handoff::cover); // it had an unchecked one in its hands, which others may have missed
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
        StackReserve.ensureForAcquire();
        long timeoutNanos = timeoutNanos(timeout);
        PooledLease<T> lease = takeIdle(0);
        return lease != null ? CompletableFuture.completedFuture(lease) : acquisition.async(timeoutNanos, leases);
    }

    @Override
    public <R, X extends Exception> R withObject(PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire()) {
            return function.apply(lease.get());
        }
    }

    @Override
    public <R, X extends Exception> R withObject(Duration timeout, PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire(timeout)) {
            return function.apply(lease.get());
        }
    }

    @Override
    public <R> CompletableFuture<R> withObjectAsync(PoolFunction<? super T, ? extends R, ?> function) {
        return withObjectAsync(config.acquireTimeout(), function);
    }

    @Override
    public <R> CompletableFuture<R> withObjectAsync(
            Duration timeout, PoolFunction<? super T, ? extends R, ?> function) {
        Objects.requireNonNull(function, "function");
        return AsyncUse.of(acquireAsync(timeout), function, parts);
    }

    private static long timeoutNanos(Duration timeout) {
        return nanos("timeout", timeout);
    }

    private static long nanos(String argument, @Nullable Duration time) {
        if (time == null) {
            throw new NullPointerException(argument + " must be a duration of zero or longer, but was null");
        }
        if (time.isNegative()) {
            throw new IllegalArgumentException(argument + " must be zero or longer, but was " + time);
        }
        return Expiry.nanos(time);
    }

    // --- changes

    /** Who waits for a future of the pool's need not keep the pool: what is to be done at its end does. */
    private CompletableFuture<Void> reachableUntilDone(CompletableFuture<Void> future) {
        CompletableFuture<Void> unused = future.whenComplete((nothing, failure) -> ended());
        return future;
    }

    private void ended() {}

    @Override
    public CompletableFuture<Void> warmUp(int objects) {
        return reachableUntilDone(changes.warmUp(objects));
    }

    @Override
    public CompletableFuture<Void> drain() {
        return reachableUntilDone(changes.drain());
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
        changes.invalidateAll(nanos("over", over));
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
        return closing.begin(nanos("grace", grace));
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
