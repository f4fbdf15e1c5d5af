package dev.cenote.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Calls in the order of arrival, as columns: an hour may have millions. Times are nanoseconds since the recording began.
 */
public final class Calls {

    /** Of {@link #held}: the caller got no lease. */
    static final long NOTHING = -1;

    final long[] arrived;
    /** How long each waited for its lease, or for nothing. */
    final long[] waited;
    /** How long each held its lease; {@link #NOTHING} for those that got none. */
    final long[] held;
    /** How long each would have waited. */
    final long[] timeout;
    /** How it ended; {@link Ending#INHERITED} for leases that are older than the recording. */
    final Ending[] ending;

    /** What became of a call. */
    enum Ending {
        /** It got a lease. */
        LEASED,
        /** It had its lease when the recording began, or a part of it. */
        INHERITED,
        TIMED_OUT,
        REFUSED,
        /** It left by itself, or the pool was closed. */
        LEFT,
        /** No object could be made, or all holders waited for another one. */
        FAILED
    }

    Calls(long[] arrived, long[] waited, long[] held, long[] timeout, Ending[] ending) {
        Comparator<Integer> byArrival = (a, b) -> arrived[a] != arrived[b]
                ? Long.compare(arrived[a], arrived[b])
                : compareAtBegin(ending[a], waited[a], ending[b], waited[b]);
        int[] order = inOrder(arrived.length, byArrival);
        this.arrived = sorted(arrived, order);
        this.waited = sorted(waited, order);
        this.held = sorted(held, order);
        this.timeout = sorted(timeout, order);
        this.ending = IntStream.of(order).mapToObj(i -> ending[i]).toArray(Ending[]::new);
    }

    /**
     * Who came earlier than a part of the recording seems to have come when it began. Leases were out by then; of the callers in the
     * queue the one that was served first had come first.
     */
    private static int compareAtBegin(Ending one, long oneWaited, Ending other, long otherWaited) {
        boolean isInherited = one == Ending.INHERITED;
        return isInherited == (other == Ending.INHERITED) ? Long.compare(oneWaited, otherWaited) : isInherited ? -1 : 1;
    }

    private static int[] inOrder(int size, Comparator<Integer> byArrival) {
        boolean isInOrder = IntStream.range(1, size).allMatch(i -> byArrival.compare(i - 1, i) <= 0);
        IntStream all = IntStream.range(0, size);
        return isInOrder
                ? all.toArray()
                : all.boxed().sorted(byArrival).mapToInt(Integer::intValue).toArray();
    }

    private static long[] sorted(long[] values, int[] order) {
        return IntStream.of(order).mapToLong(i -> values[i]).toArray();
    }

    /**
     * How many there are.
     *
     * @return leases that are older than the recording included
     */
    public int size() {
        return arrived.length;
    }

    int count(Ending how) {
        return (int) Arrays.stream(ending).filter(how::equals).count();
    }

    /** When its lease began. */
    long begun(int call) {
        return arrived[call] + waited[call];
    }

    /** Those that got a lease, in the order in which their leases began. */
    Integer[] heldByBegin() {
        return IntStream.range(0, held.length)
                .filter(i -> held[i] != NOTHING)
                .boxed()
                .sorted(Comparator.comparingLong(this::begun))
                .toArray(Integer[]::new);
    }

    /** The holds of all that got a lease. */
    long[] holds() {
        return Arrays.stream(held).filter(hold -> hold != NOTHING).toArray();
    }

    /** What the callers saw. */
    Waits waits() {
        Waits waits = new Waits();
        for (int i = 0; i < arrived.length; i++) {
            if (ending[i] == Ending.LEASED || ending[i] == Ending.TIMED_OUT) {
                waits.add(waited[i]);
            }
        }
        return waits;
    }

    /** How long each caller waited until it was served: for ever, if it got nothing. One that left by itself does not count. */
    Waits waitsToBeServed() {
        Waits waits = new Waits();
        for (int i = 0; i < arrived.length; i++) {
            if (ending[i] == Ending.LEASED) {
                waits.add(waited[i]);
            } else if (ending[i] != Ending.INHERITED && ending[i] != Ending.LEFT) {
                waits.add(Long.MAX_VALUE);
            }
        }
        return waits;
    }
}
