package dev.cenote.pool.internal;

import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what size would do, by what has happened in the last one to two minutes; up to three in a pool that sleeps in between. The log
 * says so once a day, if the answer is not that of the day before and can be trusted. The advisor changes nothing.
 *
 * <p><b>Invariant</b> (under the lock): less than two windows lie between the older mark and the newer one, so a quiet night is not
 * taken for a low rate.
 */
final class Advisor<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Advisor.class);
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long DAY_NANOS = Duration.ofDays(1).toNanos();
    private static final Duration TARGET = Duration.ofMillis(5);

    private final Engine<T> engine;

    // Guarded by the lock.
    private @Nullable Mark older;
    private @Nullable Mark newer;
    private long saidNanos;
    private int said;

    /** What had happened until then. */
    private record Mark(long atNanos, long callers, PoolTimes uses, PoolTimes waits) {}

    Advisor(Engine<T> engine) {
        this.engine = engine;
        saidNanos = engine.now();
    }

    /** Ends the window if it is over. Nothing is kept of a pool that does not measure uses. */
    void look(long now) {
        assert engine.lock.isHeld();
        Mark last = newer;
        if (last != null && now - last.atNanos < WINDOW_NANOS) {
            return;
        }
        PoolTimes uses = engine.counters.useTimes.summary();
        if (uses.count() == 0) {
            return;
        }
        long acquired = engine.diagnosis.leasesGiven();
        older = isRecent(last, now) ? last : null;
        newer = new Mark(
                now,
                acquired + engine.counters.timeouts + engine.counters.refused,
                uses,
                engine.counters.waitTimes(acquired, engine.counters.waitTimes.summary()));
        if (older != null && now - saidNanos >= DAY_NANOS) {
            saidNanos = now;
            say(advice(older, newer, TARGET));
        }
    }

    /** The pool looks so often while it is in use. */
    private static boolean isRecent(@Nullable Mark mark, long now) {
        return mark != null && now - mark.atNanos < 2 * WINDOW_NANOS;
    }

    /** The mark from which counts are taken: at least one window old. */
    private @Nullable Mark from(long now) {
        Mark last = newer;
        if (last == null || !isRecent(last, now)) {
            return null;
        }
        return now - last.atNanos < WINDOW_NANOS ? older : last;
    }

    private void say(Optional<PoolAdvice> advice) {
        advice.filter(it -> it.size() != said && it.confidence() != PoolAdvice.Confidence.LOW)
                .ifPresent(it -> {
                    said = it.size();
                    engine.lock.afterwards(() -> LOG.info("Pool '{}': {}", engine.config.name(), it));
                });
    }

    /** Empty until the pool has measured uses for a minute, and when it has not been used for two. */
    Optional<PoolAdvice> advice(Duration target) {
        Nanos.given("target", target);
        PoolStats stats = engine.diagnosis.stats();
        long now = engine.now();
        Mark[] since = new Mark[1];
        engine.lock.run(() -> since[0] = from(now));
        if (since[0] == null) {
            return Optional.empty();
        }
        return advice(
                since[0],
                new Mark(
                        now,
                        stats.acquired() + stats.timeouts() + stats.refused(),
                        stats.useTimes(),
                        stats.waitTimes()),
                target);
    }

    private Optional<PoolAdvice> advice(Mark from, Mark to, Duration target) {
        PoolTimes uses = to.uses.since(from.uses);
        double perSecond = (to.callers - from.callers) * 1e9 / Math.max(1, to.atNanos - from.atNanos);
        if (uses.count() == 0 || perSecond <= 0) {
            return Optional.empty();
        }
        int maxSize = engine.slots.limits().maxSize();
        return Optional.of(PoolAdvice.of(perSecond, uses, to.waits.since(from.waits), maxSize, target));
    }
}
