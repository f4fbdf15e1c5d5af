package dev.cenote.simulation;

import dev.cenote.simulation.Calls.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the lines of a recording together: a lease and its end make one call. Lines are in no strict order, since several threads
 * wrote them.
 */
final class RecordingReader {

    static final String FIRST_LINE = "cenote-recording 1";

    private final Recording.Settings settings;
    private final Longs arrived = new Longs();
    private final Longs waited = new Longs();
    private final Longs held = new Longs();
    private final Longs timeout = new Longs();
    private final List<Ending> ending = new ArrayList<>();
    private final Recording.Creates creates = new Recording.Creates();
    private long lost;

    // Instants as they stand in the file.
    private long now;
    private boolean isWithinPart;
    private long begin;
    private long joined; // the time of all parts that are over

    /**
     * A lease of which the end was not read yet.
     *
     * @param endsBy when a newer lease of its slot was there: the lease has ended by then
     */
    private record Begun(long at, long waited, long timeout, long endsBy) {

        Begun endingBy(long instant) {
            return new Begun(at, waited, timeout, Math.min(endsBy, instant));
        }
    }

    /** A lease of a slot. The newer one has the higher number. */
    private record Key(long slot, long lease) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return slot != other.slot ? Long.compare(slot, other.slot) : Long.compare(lease, other.lease);
        }
    }

    // Of the part at hand. More than one lease of a slot is here if lines are lost, or not in order.
    private final TreeMap<Key, Begun> begun = new TreeMap<>();
    private final TreeMap<Key, Long> ended = new TreeMap<>();
    private final Map<Long, Long> firstLease = new HashMap<>(); // of each slot

    // The line at hand.
    private String line = "";
    private int at;

    RecordingReader(Recording.Settings settings) {
        this.settings = settings;
    }

    void read(String text) {
        line = text;
        at = 1;
        now += number();
        switch (line.charAt(0)) {
            case 'B' -> {
                isWithinPart = true;
                begin = now;
            }
            case 'E' -> endPart(now);
            case 'L' -> leased(new Key(number(), number()), new Begun(now, number(), number(), Long.MAX_VALUE));
            case 'R' -> released(new Key(number(), number()));
            case 'T' -> failed(Ending.TIMED_OUT);
            case 'F' -> failed(Ending.REFUSED);
            case 'G' -> failed(Ending.LEFT);
            case 'O' -> failed(Ending.FAILED);
            case 'C' -> created(number());
            case 'X' -> created(Recording.Creates.FAILED - (at < line.length() ? number() : 0));
            case 'K' -> creates.validated(number());
            case 'V' -> {} // what it costs, another create, is recorded
            case '!' -> lost += number();
            default ->
                throw new IllegalArgumentException("the recording has a line that begins with " + line.charAt(0)
                        + "; it was written by a newer version");
        }
    }

    private long number() {
        int from = at + 1;
        at = line.indexOf(' ', from);
        at = at < 0 ? line.length() : at;
        return Long.parseLong(line, from, at, 10);
    }

    private void leased(Key key, Begun lease) {
        if (!isWithinPart) {
            return; // its thread was slow, and noted it too late
        }
        note(key, lease.at);
        Long end = ended.remove(key);
        if (end == null) {
            Map.Entry<Key, Begun> newer = begun.higherEntry(key);
            boolean isSameSlot = newer != null && newer.getKey().slot == key.slot;
            begun.put(key, isSameSlot ? lease.endingBy(newer.getValue().at) : lease);
        } else {
            add(lease, end);
        }
    }

    private void released(Key key) {
        if (!isWithinPart) {
            return;
        }
        note(key, now);
        Begun lease = begun.remove(key);
        if (lease == null) {
            ended.put(key, now);
        } else {
            add(lease, now);
        }
    }

    /** There was this lease of the slot at that instant, so an older one is over. */
    private void note(Key key, long instant) {
        firstLease.merge(key.slot, key.lease, Math::min);
        Map.Entry<Key, Begun> older = begun.lowerEntry(key);
        if (older != null && older.getKey().slot == key.slot) {
            begun.put(older.getKey(), older.getValue().endingBy(instant));
        }
    }

    private void failed(Ending how) {
        long waitedFor = number();
        add(now - waitedFor, waitedFor, Calls.NOTHING, number(), how);
    }

    private void created(long took) {
        creates.at.add(now - begin + joined);
        creates.took.add(took);
    }

    private void add(Begun lease, long end) {
        long held = Math.max(0, end - lease.at);
        add(lease.at - lease.waited, lease.waited, held, lease.timeout, Ending.LEASED);
    }

    private void add(long arrivedAt, long waitedFor, long heldFor, long patience, Ending how) {
        arrived.add(Math.max(0, arrivedAt - begin) + joined); // some came before the part began
        waited.add(Math.min(waitedFor, Math.max(0, arrivedAt + waitedFor - begin)));
        held.add(heldFor);
        timeout.add(patience);
        ending.add(how);
    }

    /**
     * Leases go on at the end of a part, or come from before its beginning. What is known of them counts. In between an end without
     * its lease tells nothing: the line of the lease was lost.
     */
    private void endPart(long end) {
        if (!isWithinPart) {
            return;
        }
        isWithinPart = false;
        for (Begun lease : begun.values()) {
            add(lease, Math.min(end, lease.endsBy));
        }
        ended.forEach((key, instant) -> {
            if (key.lease == firstLease.get(key.slot)) {
                long held = Math.max(0, instant - begin);
                add(begin, 0, held, settings.acquireTimeout().toNanos(), Ending.INHERITED);
            }
        });
        begun.clear();
        ended.clear();
        firstLease.clear();
        joined += end - begin;
    }

    Recording recording(boolean isComplete) {
        boolean hasEnd = !isWithinPart;
        endPart(now);
        return new Recording(
                settings,
                new Calls(
                        arrived.toArray(),
                        waited.toArray(),
                        held.toArray(),
                        timeout.toArray(),
                        ending.toArray(Ending[]::new)),
                creates,
                Duration.ofNanos(joined),
                lost,
                isComplete && hasEnd);
    }
}
