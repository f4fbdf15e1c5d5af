package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.SizingPolicy;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many objects the {@link SizingPolicy} wants, if there is one, and the recent demand by which it
 * decides.
 *
 * <p><b>Invariants</b> (under the pool's lock): one question at a time is with the policy, and outside the lock (P9).
 */
final class Sizing<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Sizing.class);
    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_WINDOWS = 300;
    private static final int UNKNOWN = -1;

    /** How often demand should be looked at. */
    static final long SAMPLE_NANOS = WINDOW_NANOS / 10;

    private final Engine<T> engine;
    private final @Nullable SizingPolicy policy;

    private volatile PoolLimits given; // by the user; those of the slots are as low as the policy wants

    // Guarded by the lock.
    private int[] peaks = {};
    private int peak;
    private long windowEndNanos;
    private boolean isAsking;
    private int answer = UNKNOWN;
    private int bound = Integer.MAX_VALUE;
    private @Nullable SizingWindow window; // none without a policy

    Sizing(Engine<T> engine) {
        this.engine = engine;
        policy = engine.config.sizingPolicy();
        given = engine.slots.limits();
        if (policy != null) {
            long now = engine.now();
            window = new SizingWindow(now, 0, 0);
            windowEndNanos = now + WINDOW_NANOS;
        }
    }

    boolean isOn() {
        return policy != null;
    }

    /** So many objects are wanted at the moment. */
    void wanted(int objects) {
        assert engine.lock.isHeld();
        peak = Math.max(peak, objects);
    }

    /** So many objects are leased at the moment. */
    void sample(int leased, long now) {
        wanted(leased);
        if (window != null) {
            window.sample(leased, leased >= engine.slots.limits().maxSize() || engine.queue.head() != null, now);
        }
    }

    /** The user has set other limits. Returns those that the pool is to have. */
    PoolLimits bounded(PoolLimits limits) {
        assert engine.lock.isHeld();
        given = limits;
        return bounded();
    }

    /** The limits that the user has set. May be called without the lock. */
    PoolLimits given() {
        return given;
    }

    private PoolLimits bounded() {
        int maxSize = Math.min(given.maxSize(), Math.max(bound, Math.max(1, given.minIdle())));
        return new PoolLimits(maxSize, given.minIdle(), given.maxWaiters());
    }

    /** What the pool has done in the window, which is over. */
    private SizingPolicy.Load load(SizingWindow over, long now) {
        int[] inState = new int[Slot.RETIRING + 1];
        long released = engine.slots.census(inState) - inState[Slot.LEASED];
        long failed = engine.counters.destroyed(DestroyReason.INVALIDATED, DestroyReason.REVOKED);
        window = new SizingWindow(now, released, failed);
        return over.load(released, failed, engine.slots.limits().maxSize(), now);
    }

    /** Ends the window if it is over, and then asks the policy. */
    void look(long now) {
        assert engine.lock.isHeld();
        SizingWindow over = window;
        if (policy == null || over == null || !Nanos.isPast(windowEndNanos, now)) {
            return;
        }
        windowEndNanos = now + WINDOW_NANOS;
        int[] next = new int[Math.min(peaks.length + 1, MOST_WINDOWS)];
        next[0] = peak;
        System.arraycopy(peaks, 0, next, 1, next.length - 1);
        peaks = next;
        peak = 0;
        SizingPolicy.Load load = load(over, now);
        if (!isAsking) {
            isAsking = true;
            SizingPolicy asked = policy;
            engine.tasks.start(() -> ask(asked, next.clone(), load), Nanos.FOREVER);
        }
    }

    private void ask(SizingPolicy asked, int[] recent, SizingPolicy.Load load) {
        int size = UNKNOWN;
        OptionalInt most = OptionalInt.empty();
        try {
            most = asked.limit(load);
            size = Math.max(0, asked.size(recent));
        } catch (Throwable thrown) {
            LOG.warn("Pool '{}': the sizing policy threw" + Help.on("your-code-threw"), engine.config.name(), thrown);
        } finally {
            answered(size, most);
        }
    }

    private void answered(int size, OptionalInt most) {
        engine.lock.run(() -> {
            isAsking = false;
            if (most.isPresent()) {
                bound = most.getAsInt();
                engine.eviction.setLimits(bounded());
            }
            if (size != UNKNOWN) {
                answer = size;
            }
            engine.handoff.capacityCameFree();
        });
    }

    /** How many objects should exist; 0 if that is not known. */
    int target() {
        return answer == UNKNOWN ? 0 : Math.min(answer, engine.slots.limits().maxSize());
    }

    /** Tells whether the policy has answered yet. */
    boolean isKnown() {
        return answer != UNKNOWN;
    }
}
