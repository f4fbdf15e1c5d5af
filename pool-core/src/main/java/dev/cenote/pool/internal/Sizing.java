package dev.cenote.pool.internal;

import dev.cenote.pool.SizingPolicy;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
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

    // Guarded by the lock.
    private int[] peaks = {};
    private int peak;
    private long windowEndNanos;
    private boolean isAsking;
    private int answer = UNKNOWN;

    Sizing(Engine<T> engine) {
        this.engine = engine;
        policy = engine.config.sizingPolicy();
        windowEndNanos = engine.now() + WINDOW_NANOS;
    }

    boolean isOn() {
        return policy != null;
    }

    /** So many objects are wanted at the moment. */
    void wanted(int objects) {
        assert engine.lock.isHeld();
        peak = Math.max(peak, objects);
    }

    /** Ends the window if it is over, and then asks the policy. */
    void look(long now) {
        assert engine.lock.isHeld();
        if (policy == null || !Nanos.isPast(windowEndNanos, now)) {
            return;
        }
        windowEndNanos = now + WINDOW_NANOS;
        int[] next = new int[Math.min(peaks.length + 1, MOST_WINDOWS)];
        next[0] = peak;
        System.arraycopy(peaks, 0, next, 1, next.length - 1);
        peaks = next;
        peak = 0;
        if (!isAsking) {
            isAsking = true;
            SizingPolicy asked = policy;
            engine.tasks.start(() -> ask(asked, next.clone()), Nanos.FOREVER);
        }
    }

    private void ask(SizingPolicy asked, int[] recent) {
        int size = UNKNOWN;
        try {
            size = Math.max(0, asked.size(recent));
        } catch (Throwable thrown) {
            LOG.warn("Pool '{}': the sizing policy threw" + Help.on("your-code-threw"), engine.config.name(), thrown);
        } finally {
            answered(size);
        }
    }

    private void answered(int size) {
        engine.lock.run(() -> {
            isAsking = false;
            if (size != UNKNOWN) {
                answer = size;
                engine.handoff.capacityCameFree();
            }
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
