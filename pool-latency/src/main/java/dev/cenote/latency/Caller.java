package dev.cenote.latency;

import dev.cenote.peers.Peer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * One caller's turns. A wait lasts from the moment at which the request was due until the item is there, so that a stall of
 * the pool also counts for the requests that could not be begun because of it. What was due and not begun when the time
 * was over counts as having waited until then.
 */
final class Caller {

    private static final long LONGEST = 3_600_000_000_000L;
    private static final int DIGITS = 2;
    /** An acquire that fails before this part of its time has passed has not timed out, but is broken. */
    private static final double PART_OF_TIMEOUT = 0.9;

    private final int number;
    private final Schedule schedule;
    private final Time time;
    private final Peer peer;
    private final Work work;
    private final long timeoutMillis;
    private final Recorders recorders;

    /** What a caller has done. */
    record Tally(long turns, long timeouts, long unbegun) {}

    /**
     * Where callers record; several may share it.
     *
     * @param waits in the warm-up, and later: by {@link Schedule#part}
     * @param oversleeps likewise
     */
    record Recorders(List<Recorder> waits, List<Recorder> oversleeps) {

        static Recorders create() {
            return new Recorders(List.of(newRecorder(), newRecorder()), List.of(newRecorder(), newRecorder()));
        }
    }

    Caller(int number, Schedule schedule, Time time, Peer peer, Work work, long timeoutMillis, Recorders recorders) {
        this.number = number;
        this.schedule = schedule;
        this.time = time;
        this.peer = peer;
        this.work = work;
        this.timeoutMillis = timeoutMillis;
        this.recorders = recorders;
    }

    /** What waits are recorded with: nanoseconds up to an hour, within 1 %. */
    private static Recorder newRecorder() {
        return new Recorder(LONGEST, DIGITS);
    }

    /** What recorders are read into. */
    static Histogram newHistogram() {
        return new Histogram(LONGEST, DIGITS);
    }

    /** Takes turns until the time is over or somebody has failed. */
    Tally run(BooleanSupplier hasFailed) throws Exception {
        long[] turns = new long[2]; // in the warm-up, and later
        long[] timeouts = new long[2];
        long request = 0;
        while (!hasFailed.getAsBoolean()) {
            if (schedule.isOpenLoop()) {
                long next = schedule.due(number, request);
                if (schedule.isOver(next)) {
                    break; // it may be due long after the others have ended
                }
                awaitDue(next);
            }
            long begin = time.nanos();
            if (schedule.isOver(begin)) {
                break;
            }
            long due = schedule.isOpenLoop() ? schedule.due(number, request) : begin;
            request++;
            Object handle = acquire(begin);
            int part = schedule.part(due);
            record(recorders.waits().get(part), time.nanos() - due);
            if (handle == null) {
                timeouts[part]++;
            } else {
                turns[part]++;
                work.with(peer.object(handle));
                peer.release(handle);
            }
        }
        return new Tally(turns[1], timeouts[1], schedule.isOpenLoop() ? countUnbegun(request) : 0);
    }

    private void awaitDue(long due) {
        if (due - time.nanos() > 0) {
            time.sleepUntil(due);
            record(recorders.oversleeps().get(schedule.part(due)), time.nanos() - due);
        }
    }

    /** Returns null after a time-out. */
    private Object acquire(long begin) throws Exception {
        Exception failure = null;
        try {
            Object handle = peer.acquire(timeoutMillis);
            if (handle != null) {
                return handle;
            }
        } catch (Exception e) {
            failure = e;
        }
        if (time.nanos() - begin < timeoutMillis * 1e6 * PART_OF_TIMEOUT) {
            throw new IllegalStateException("an acquire failed before its time was up", failure);
        }
        return null;
    }

    private long countUnbegun(long request) {
        long unbegun = 0;
        for (long next = request; !schedule.isOver(schedule.due(number, next)); next++) {
            long due = schedule.due(number, next);
            int part = schedule.part(due);
            record(recorders.waits().get(part), schedule.to() - due);
            unbegun += part;
        }
        return unbegun;
    }

    private static void record(Recorder recorder, long nanos) {
        recorder.recordValue(Math.min(nanos, LONGEST));
    }
}
