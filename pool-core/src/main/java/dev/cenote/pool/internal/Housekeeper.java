package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.internal.life.Eviction;
import dev.cenote.pool.internal.life.TimedCalls;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.ThreadNames;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that happens because time has passed. {@link #runOnce} is a function of the time: it looks at all slots without the
 * lock ({@link Findings}), and then acts under the lock on those for which something is due: it evicts, expires and revokes. It
 * gives up on calls and waiters whose time is up, has missing objects made, and sets the alarm for its next run.
 *
 * <p><b>States:</b> while the pool is in use it looks every tick ({@link Timetable}). A pool that is not used becomes dormant
 * ({@link Dormancy}). A thread that is about to take what is idle rouses a dormant pool before it takes it ({@link #rouse}). What
 * changes the pool otherwise ({@link Reconfiguration}, {@link Handoff#onReleased}) has the housekeeper run at once. So the fast path
 * tells the housekeeper nothing.
 *
 * <p>Racy on purpose: a thread that has read its hint and then stood still for a second may lease a slot of a dormant pool by that
 * hint. The end of that lease rouses the pool; only what is to be done during the lease is late.
 *
 * <p><b>Invariants:</b> at most one thread runs it at a time. What it saw without the lock it sees again under the lock before it
 * acts: by the CAS of the slot's word, and by times that a new object in the slot resets.
 */
final class Housekeeper<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

    /** If the housekeeper runs this much too late, the process stood still, and no call of user code made progress either. */
    private static final long LATE_NANOS = Duration.ofMillis(100).toNanos();

    private static final long SOON_NANOS = Duration.ofMillis(100).toNanos();

    /** If the housekeeper runs this much too late, the scheduler alone cannot be the reason. */
    private static final long GAP_NANOS = Duration.ofSeconds(5).toNanos();

    /** How often hints are forgotten within an idle timeout, while more objects are idle than are to be. */
    private static final int FORGETTING_IN_IDLE_TIMEOUT = 4;

    private final Engine<T> engine;
    private final PoolLock lock;
    private final @Nullable LeakDetector<T> leaks;
    private final Timetable times;
    private final Dormancy<T> dormancy;
    private final int maxMarked;

    private long hintsForgottenNanos;

    // Guarded by the lock.
    private long plannedNanos; // when it should run next
    private long lastWallMillis;

    Housekeeper(Engine<T> engine) {
        this.engine = engine;
        lock = engine.lock;
        leaks = engine.leaks;
        times = Timetable.of(engine.config);
        maxMarked = engine.config.maxConcurrentRetirements();
        long now = engine.diagnosis.lookedAtNanos();
        plannedNanos = now + times.tickNanos();
        dormancy = new Dormancy<>(engine, times, now);
        hintsForgottenNanos = now;
        lastWallMillis = engine.config.ticker().wallMillis();
    }

    void runOnce(long now) {
        Findings<T> findings = new Findings<>(engine.slots, times, now, engine.diagnosis.lookedAtNanos());
        lock.lock();
        try {
            boolean wasAsleep = wasAsleep(now);
            engine.diagnosis.noteLook(now);
            long late = engine.alarm.lateness(now);
            if (late > LATE_NANOS) {
                postpone(late, findings, now);
            }
            if (engine.workers.hasHomeless()) {
                lock.afterwards(engine.workers::runHomeless);
            }
            step(() -> engine.tasks.beginOverdue(now));
            step(() -> engine.creator.abandonOverdue(now));
            step(() -> engine.validation.abandonOverdue(now));
            step(() -> engine.retirement.abandonOverdue(now));
            step(() -> engine.breaker.look(now));
            if (engine.sharing != null) {
                step(engine.sharing::forgetTries);
            }
            step(() -> engine.creator.noteSlow(now));
            step(() -> engine.checks.noteSlow(now));
            step(() -> engine.retirement.calls.noteSlow(now));
            step(() -> engine.timeouts.failOverdue(now));
            step(() -> engine.deadlocks.look(now));
            step(() -> engine.shutdown.force(now));
            if (leaks != null) {
                ThreadNames names = new ThreadNames();
                findings.leaked.forEach(slot -> step(() -> leaks.report(slot, names)));
                leaks.unreachable().forEach(lost -> step(() -> leaks.takeBack(lost, names)));
            }
            if (!findings.heldTooLong.isEmpty()) {
                Revocation<T> revocation = new Revocation<>(engine);
                findings.heldTooLong.forEach(slot -> step(() -> revoke(revocation, slot, now)));
                step(() -> revocation.tell(
                        "the maxLeaseTime of " + Nanos.millis(engine.config.maxLeaseTime()) + " ms is over"));
            }
            step(() -> engine.sizing.sample(findings.leased, now));
            step(() -> engine.sizing.look(now));
            step(() -> engine.advisor.look(now));
            step(() -> evict(findings, now));
            step(() -> forgetHints(findings, now));
            if (wasAsleep) {
                step(engine.validation::checkAllIdle);
            } else {
                findings.toKeepAlive.forEach(slot -> step(() -> keepAlive(slot, now)));
            }
            boolean[] hasMore = new boolean[1];
            step(() -> hasMore[0] = expire(findings, now));
            step(() -> {
                engine.demand.countAnew();
                engine.handoff.capacityCameFree();
            });
            dormancy.look(findings, now);
            step(() -> engine.diagnosis.markTimes(now));
            step(() -> engine.shutdown.dropIfUnused(now));
            plannedNanos = nextRun(now, hasMore[0]);
            engine.alarm.next(plannedNanos);
        } finally {
            lock.unlock(engine.ownThread);
        }
    }

    /**
     * The housekeeper's thread, and with it all others, stood still for that long at least, and for a tick longer at most:
     * what was under way lost no time.
     */
    private void postpone(long nanos, Findings<T> findings, long now) {
        long atMost = nanos + times.tickNanos();
        engine.calls.forEach(calls -> calls.postpone(nanos, atMost, now));
        findings.heldTooLong.forEach(slot -> slot.postpone(nanos));
    }

    /** One step fails, the others are taken all the same: each leaves nothing half done. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            lock.afterwards(() -> LOG.error(
                    "Pool '{}': a step of the housekeeper failed" + Help.on("housekeeper-failed"),
                    engine.config.name(),
                    thrown));
        }
    }

    /**
     * The process, or the machine, has stood still: a frozen container, a suspended laptop, a restored snapshot. The ticker
     * tells the first, and together with the wall clock the others; a wall clock that was set looks the same, and costs a
     * validation.
     */
    private boolean wasAsleep(long now) {
        assert lock.isHeld();
        long elapsed = now - engine.diagnosis.lookedAtNanos();
        long wall = engine.config.ticker().wallMillis();
        long wallElapsed = TimeUnit.MILLISECONDS.toNanos(wall - lastWallMillis);
        lastWallMillis = wall;
        long lateNanos = Math.max(now - plannedNanos, wallElapsed - elapsed);
        boolean wasAsleep = lateNanos > GAP_NANOS;
        if (wasAsleep && times.hasValidator()) {
            lock.afterwards(() -> LOG.info(
                    "Pool '{}': stood still for {} ms; what is idle is validated",
                    engine.config.name(),
                    lateNanos / 1_000_000));
        }
        return wasAsleep;
    }

    private void keepAlive(Slot<T> slot, long now) {
        long seen = slot.word();
        if (Slot.state(seen) == Slot.IDLE
                && !Slot.isMarked(seen, Slot.RETIRE)
                && slot.needsKeepalive(now)
                && engine.validation.mayBegin()
                && slot.tryTake(seen, Slot.VALIDATING)) {
            engine.validation.begin(slot);
        }
    }

    /** Tells whether something is to be done about leases that are held for long, or lost. */
    boolean keepsLeases() {
        return leaks != null || times.maxLeaseNanos() < Nanos.FOREVER;
    }

    private void revoke(Revocation<T> revocation, Slot<T> slot, long now) {
        long seen = slot.word(); // once: the lease that is too old is the one that ends
        if (Slot.state(seen) == Slot.LEASED
                && slot.isAsObserved(seen)
                && slot.unchangedForAtLeast(now) >= times.maxLeaseNanos()) {
            revocation.revoke(slot, seen);
        }
    }

    private void evict(Findings<T> findings, long now) {
        int spare = findings.idle - engine.slots.limits().minIdle();
        if (engine.sizing.isOn()) {
            int staying = engine.demand.existing() - findings.leaving;
            spare = engine.sizing.isKnown() ? Math.min(spare, staying - engine.demand.target()) : 0;
            findings.toEvict.sort(Comparator.comparingLong(slot -> -slot.unchangedForAtLeast(now)));
        }
        for (Slot<T> slot : findings.toEvict) {
            if (spare <= 0) {
                return;
            }
            long seen = slot.word();
            if (slot.isAsObserved(seen)
                    && slot.unchangedForAtLeast(now) >= times.idleTimeoutNanos()
                    && engine.eviction.tryRetireIdle(slot, seen, DestroyReason.EVICTED)) {
                spare--;
                findings.idle--;
            }
        }
    }

    /**
     * Threads that take turns, each with the object that its hint names, keep all of these warm. Without hints all take what
     * was released last: no more objects than are leased at once. The others are left alone, until they are evicted.
     */
    private void forgetHints(Findings<T> findings, long now) {
        boolean isDue = now - hintsForgottenNanos >= times.idleTimeoutNanos() / FORGETTING_IN_IDLE_TIMEOUT;
        if (isDue && findings.idle > engine.slots.limits().minIdle() && !engine.sizing.isOn()) {
            hintsForgottenNanos = now;
            engine.hints.forgetAll();
        }
    }

    /** Returns true if some must wait for others to be done. */
    private boolean expire(Findings<T> findings, long now) {
        Eviction<T> eviction = engine.eviction;
        boolean isSuspended = engine.gate.has(Gate.SUSPENDED);
        if (isSuspended || (engine.creates.running() == 0 && engine.slots.room() <= 0)) {
            eviction.forget();
        }
        int idle = findings.idle;
        int minIdle = engine.slots.limits().minIdle();
        int marked = 0;
        boolean hasMore = false;
        for (Slot<T> slot : findings.expired) {
            if (!eviction.isSpread(slot) && (!eviction.hasRoom() || marked == maxMarked)) {
                hasMore = true;
                continue;
            }
            int state = slot.state();
            if (slot.isExpired(now) && (state == Slot.LEASED || state == Slot.IDLE)) {
                boolean isNeeded = !isSuspended
                        && (state == Slot.LEASED
                                || idle <= minIdle
                                || engine.demand.existing() <= engine.demand.target());
                if (!eviction.expire(slot, isNeeded)) {
                    marked += state == Slot.LEASED ? 1 : 0;
                    idle -= state == Slot.IDLE ? 1 : 0;
                }
            }
        }
        return hasMore;
    }

    /** For how long nothing has happened in the pool. */
    long unusedFor(long now) {
        return dormancy.quietFor(now);
    }

    /** Somebody is about to take what is idle in a dormant pool. */
    void rouse() {
        long now = engine.now();
        lock.lock();
        try {
            if (!dormancy.isDormant()) {
                return;
            }
            if (wasAsleep(now)) {
                engine.validation.checkAllIdle();
            }
            dormancy.end(now);
            engine.diagnosis.noteLook(now); // nothing was leased until now
            plannedNanos = now + times.tickNanos();
            engine.alarm.noLaterThan(plannedNanos);
        } finally {
            lock.unlock();
        }
    }

    private long nextRun(long now, boolean hasMore) {
        long next = dormancy.isDormant()
                ? dormancy.nextDue(now)
                : now + (hasMore ? Math.min(SOON_NANOS, times.tickNanos()) : times.tickNanos());
        next = engine.breaker.nextTry(next, now);
        next = engine.tasks.nextDeadline(next);
        for (TimedCalls<T> calls : engine.calls) {
            next = calls.nextDeadline(next);
        }
        if (engine.queue.head() != null) {
            next = Nanos.earlier(next, engine.queue.earliestDeadline());
        }
        next = engine.deadlocks.nextLook(next);
        next = engine.shutdown.nextDrop(next, now);
        return engine.shutdown.nextDeadline(next);
    }
}
