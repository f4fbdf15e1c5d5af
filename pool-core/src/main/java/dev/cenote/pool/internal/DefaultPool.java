package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolRecording;
import dev.cenote.pool.PoolSlot;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolWaiter;
import dev.cenote.pool.internal.run.ManualAlarm;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.StackReserve;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pool as its users see it. It holds the fast path; all else is the {@link Engine}'s.
 *
 * <p><b>The fast path</b> is one CAS to acquire and one to release, on a word that no other thread is likely to use: a
 * {@link Hints hint}, and {@link Slot#tryLease}; then {@link Release#release}. Why that loses no
 * wake-up is argued at {@link Gate}, and why it loses no slot at {@link IdleStore}.
 *
 * @param <T> what is pooled
 */
public final class DefaultPool<T> implements Pool<T> {

    private final Engine<T> engine;
    private final Gate gate;
    private final Supply<T> supply;
    private final Hints<T> hints;
    private final Acquisition<T> acquisition;
    private final Function<Grant<T>, Lease<T>> leases;
    private final @Nullable LeaseWatch<T> watch;
    private final long acquireTimeoutNanos;

    /** {@return whether the pool of a key was closed since nobody used it: a caller that it turned away should use the key's next pool} */
    public boolean isDropped() {
        return engine.shutdown.isDropped();
    }

    /**
     * See {@link Shutdown#whileKept}.
     *
     * @param change what to do
     * @return false if it has been dropped, and nothing was done
     */
    public boolean whileKept(Runnable change) {
        return engine.shutdown.whileKept(change);
    }

    /** The pool of a key is not to be dropped: it is no longer as it would be made anew. */
    public void keep() {
        engine.lock.run(engine.shutdown::dropNever);
    }

    /** Makes a pool that has not begun to make objects, and whose housekeeper runs when its alarm, or {@link #housekeep}, says so. */
    DefaultPool(Engine<T> engine) {
        this.engine = engine;
        gate = engine.gate;
        supply = engine.supply;
        hints = engine.hints;
        acquisition = engine.acquisition;
        watch = LeaseWatch.of(engine);
        leases = grant -> lease(grant, false);
        acquireTimeoutNanos = Nanos.nanos(engine.config.acquireTimeout());
    }

    /** Makes the objects that are to be there from the beginning. */
    public void begin() {
        engine.reconfiguration.open();
    }

    @Override
    public Lease<T> acquire() throws InterruptedException {
        return acquire(acquireTimeoutNanos);
    }

    @Override
    public Lease<T> acquire(Duration timeout) throws InterruptedException {
        return acquire(Nanos.given("timeout", timeout));
    }

    private Lease<T> acquire(long timeoutNanos) throws InterruptedException {
        StackReserve.ensureForAcquire();
        long threadId = Thread.currentThread().getId();
        Slot<T> slot = hints.get(threadId);
        long leaseWord = slot.tryLease();
        if (leaseWord == 0) {
            Grant<T> grant = supply.takeStored(threadId, timeoutNanos);
            if (grant == null) {
                grant = OutOfLine.blocking(acquisition, timeoutNanos, leases);
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.noteHolder(threadId);
        if (watch != null) {
            return watched(watch, slot, leaseWord);
        }
        // Made here and not in a method that other places share: so where all is inlined it need not be made at all.
        return new PooledLease<>(slot, leaseWord);
    }

    /** A lease of its own for what is watched: where one is made before the question, an escaping lease costs a fifth more. */
    private static <T> Lease<T> watched(LeaseWatch<T> watch, Slot<T> slot, long leaseWord) {
        PooledLease<T> lease = new PooledLease<>(slot, leaseWord);
        watch.begins(lease, slot, leaseWord, true);
        return lease;
    }

    /** The same as in {@link #acquire(long)}, where it may cost a little more. */
    private @Nullable PooledLease<T> takeIdle(long holderId, long timeoutNanos) {
        long threadId = Thread.currentThread().getId();
        Slot<T> slot = hints.get(threadId);
        long leaseWord = slot.tryLease();
        if (leaseWord == 0) {
            Grant<T> grant = supply.takeStored(threadId, timeoutNanos);
            if (grant == null) {
                return null;
            }
            slot = grant.slot();
            leaseWord = grant.word();
        }
        slot.noteHolder(holderId);
        PooledLease<T> lease = new PooledLease<>(slot, leaseWord);
        if (watch != null) {
            watch.begins(lease, slot, leaseWord, holderId != 0);
        }
        return lease;
    }

    private Lease<T> lease(Grant<T> grant, boolean isHere) {
        PooledLease<T> lease = new PooledLease<>(grant.slot(), grant.word());
        if (watch != null) {
            watch.begins(lease, grant.slot(), grant.word(), isHere);
        }
        return lease;
    }

    @Override
    public Lease<T> acquireUninterruptibly(Duration timeout) {
        StackReserve.ensureForAcquire();
        long timeoutNanos = Nanos.given("timeout", timeout);
        PooledLease<T> lease = takeIdle(Thread.currentThread().getId(), timeoutNanos);
        return lease != null ? lease : lease(acquisition.uninterruptible(timeoutNanos, leases), true);
    }

    @Override
    public Optional<Lease<T>> tryAcquire() {
        StackReserve.ensureForAcquire();
        long threadId = Thread.currentThread().getId();
        PooledLease<T> lease = takeIdle(threadId, 0);
        if (lease == null) {
            Grant<T> behind = supply.lookBehind();
            if (behind != null) {
                behind.slot().noteHolder(threadId);
                return Optional.of(lease(behind, true));
            }
            lease = takeIdle(threadId, 0); // there, if it was made or validated in place
        }
        if (lease == null) {
            supply.triedInVain();
            if (isClosed()) {
                throw acquisition.closed();
            }
        }
        return Optional.ofNullable(lease);
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync() {
        return acquireAsync(engine.config.acquireTimeout());
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync(Duration timeout) {
        StackReserve.ensureForAcquire();
        long timeoutNanos = Nanos.given("timeout", timeout);
        PooledLease<T> lease = takeIdle(0, timeoutNanos);
        return lease != null ? CompletableFuture.completedFuture(lease) : acquisition.async(timeoutNanos, leases);
    }

    @Override
    public <R> CompletableFuture<R> withObjectAsync(
            Duration timeout, PoolFunction<? super T, ? extends R, ?> function) {
        Objects.requireNonNull(function, "function");
        return AsyncUse.of(acquireAsync(timeout), function, engine);
    }

    /** A future that is pending keeps the pool reachable, by its last stage. */
    private CompletableFuture<Void> reachableUntilDone(CompletableFuture<Void> future) {
        CompletableFuture<Void> unused = future.whenComplete((nothing, failure) -> ended());
        return future;
    }

    private void ended() {}

    @Override
    public CompletableFuture<Void> warmUp(int objects) {
        return reachableUntilDone(engine.reconfiguration.warmUp(objects));
    }

    @Override
    public CompletableFuture<Void> drain() {
        return reachableUntilDone(engine.reconfiguration.drain());
    }

    @Override
    public void resize(PoolLimits limits) {
        engine.reconfiguration.resize(Objects.requireNonNull(limits, "limits"));
    }

    @Override
    public void invalidateAll() {
        engine.reconfiguration.invalidateAll();
    }

    @Override
    public void invalidateAll(Duration over) {
        engine.reconfiguration.invalidateAll(Nanos.given("over", over));
    }

    @Override
    public void replaceFactory(Factory<T> factory) {
        engine.reconfiguration.replaceFactory(Objects.requireNonNull(factory, "factory"));
    }

    @Override
    public void suspend() {
        engine.reconfiguration.suspend();
    }

    @Override
    public void resume() {
        engine.reconfiguration.resume();
    }

    @Override
    public Optional<PoolAdvice> advice(Duration target) {
        return engine.advisor.advice(target);
    }

    @Override
    public PoolRecording recordTo(Path file, int oneIn) throws IOException {
        return engine.taping.begin(file, oneIn);
    }

    @Override
    public PoolStats stats() {
        engine.lock.run(engine.handoff::capacityCameFree); // what was released this moment goes to its waiter first
        return engine.diagnosis.stats();
    }

    @Override
    public List<PoolSlot> slots() {
        return engine.diagnosis.slots();
    }

    @Override
    public List<PoolWaiter> waiters(int most) {
        return engine.diagnosis.waiters(most);
    }

    @Override
    public PoolConfig<T> config() {
        return engine.config.with(engine.creator.factory(), engine.sizing.given());
    }

    @Override
    public boolean isClosed() {
        return gate.has(Gate.CLOSED);
    }

    @Override
    public CompletableFuture<Void> shutdown(Duration grace) {
        return engine.shutdown.begin(Nanos.given("grace", grace));
    }

    @Override
    public void close() {
        engine.shutdown.closeAndWait(Nanos.nanos(engine.config.shutdownGrace()));
    }

    /** What the housekeepers' thread does, where there is none. */
    public void housekeep() {
        engine.housekeeper.runOnce(engine.now());
    }

    /** {@return when a pool in simulated time wants its housekeeper to run, by the ticker of its settings} */
    public long nextHousekeeping() {
        return ((ManualAlarm) engine.alarm).next();
    }

    /** What the pool consists of, for the tests. */
    Engine<T> engine() {
        return engine;
    }

    @Override
    public String toString() {
        return engine.diagnosis.table();
    }
}
