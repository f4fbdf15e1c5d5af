package dev.cenote.simulation;

import dev.cenote.simulation.Calls.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

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

    /** A lease of which the end, or the beginning, was not read yet. */
    private record Half(long at, long waited, long timeout) {}

    private record Key(long slot, long lease) {}

    private final Map<Key, Half> begun = new HashMap<>();
    private final Map<Key, Half> ended = new HashMap<>();

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
            case 'L' -> leased(new Key(number(), number()), new Half(now, number(), number()));
            case 'R' -> released(new Key(number(), number()));
            case 'T' -> failed(Ending.TIMED_OUT);
            case 'F' -> failed(Ending.REFUSED);
            case 'G' -> failed(Ending.LEFT);
            case 'O' -> failed(Ending.FAILED);
            case 'C' -> created(number());
            case 'X' -> created(Recording.Creates.FAILED);
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

    private void leased(Key key, Half half) {
        if (!isWithinPart) {
            return; // its thread was slow, and noted it too late
        }
        Half end = ended.remove(key);
        if (end == null) {
            begun.put(key, half);
        } else {
            add(half, end.at, Ending.LEASED);
        }
    }

    private void released(Key key) {
        if (!isWithinPart) {
            return;
        }
        Half start = begun.remove(key);
        if (start == null) {
            ended.put(key, new Half(now, 0, 0));
        } else {
            add(start, now, Ending.LEASED);
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

    private void add(Half start, long end, Ending how) {
        add(start.at - start.waited, start.waited, Math.max(0, end - start.at), start.timeout, how);
    }

    private void add(long arrivedAt, long waitedFor, long heldFor, long patience, Ending how) {
        arrived.add(Math.max(0, arrivedAt - begin) + joined); // some came before the part began
        waited.add(Math.min(waitedFor, Math.max(0, arrivedAt + waitedFor - begin)));
        held.add(heldFor);
        timeout.add(patience);
        ending.add(how);
    }

    /** Leases go on at the end of a part, or come from before its beginning. What is known of them counts. */
    private void endPart(long end) {
        if (!isWithinPart) {
            return;
        }
        isWithinPart = false;
        Iterator<Half> starts = begun.values().iterator();
        while (starts.hasNext()) {
            add(starts.next(), end, Ending.LEASED);
        }
        begun.clear();
        for (Half release : ended.values()) {
            add(new Half(begin, 0, settings.acquireTimeout().toNanos()), release.at, Ending.INHERITED);
        }
        ended.clear();
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
