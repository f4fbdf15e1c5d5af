package dev.cenote.pool.internal.stats;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a pool's times were at some moments of the last minute, so that what has come since can be told. Guarded by the pool's lock.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>A mark is set every {@link #SLICE_NANOS} while the pool is used, and when it becomes dormant, after which nothing comes
 *       until it is roused. So the newest mark that is older than a minute is either at most a minute and a slice old, or nothing
 *       came between it and the next one.
 *   <li>No two marks but the last are closer together than a slice, so there are at most nine, whatever comes. A pool whose times
 *       are none has no mark.
 * </ol>
 */
public final class RecentTimes {

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long SLICE_NANOS = Duration.ofSeconds(10).toNanos();

    private @Nullable ArrayDeque<Mark> marks; // none until there is a time; the oldest first

    private record Mark(long atNanos, BucketTimes times) {}

    /** Tells whether another mark should be set. */
    public boolean isDue(long now) {
        return marks == null || now - marks.getLast().atNanos >= SLICE_NANOS;
    }

    /** The times are those at this moment. */
    public void mark(long now, BucketTimes times) {
        if (marks == null) {
            if (times.count() == 0) {
                return;
            }
            marks = new ArrayDeque<>(2);
        }
        Mark last = marks.pollLast();
        Mark beforeLast = marks.peekLast();
        if (last != null && (beforeLast == null || last.atNanos - beforeLast.atNanos >= SLICE_NANOS)) {
            marks.addLast(last);
        }
        marks.addLast(new Mark(now, times));
        forget(now);
    }

    /** What has come in the last minute, given the times now. */
    public BucketTimes since(long now, BucketTimes times) {
        forget(now);
        Mark oldest = marks == null ? null : marks.getFirst();
        return oldest == null || now - oldest.atNanos < MINUTE_NANOS ? times : times.since(oldest.times);
    }

    /** How many there are, for the tests. */
    int marks() {
        return marks == null ? 0 : marks.size();
    }

    /** Of the marks that are older than a minute only the newest is needed. */
    private void forget(long now) {
        while (marks != null && marks.size() > 1) {
            Mark oldest = marks.pollFirst();
            if (now - marks.getFirst().atNanos < MINUTE_NANOS) {
                marks.addFirst(oldest);
                return;
            }
        }
    }
}
