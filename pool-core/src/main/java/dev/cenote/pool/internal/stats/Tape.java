package dev.cenote.pool.internal.stats;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * What happens in a pool, as lines of text in a compressed file. Each line is a letter and numbers: the time since the line before
 * in nanoseconds, and what the kind of event says. There is nothing of the pooled objects in it.
 *
 * <p>Callers note events in one of several parts, each under a lock of its own that is held for some nanoseconds; one thread writes
 * them down. When it is too slow, events are counted as lost, and take no more memory.
 */
public final class Tape {

    /** The first line of the file. */
    public static final String FIRST_LINE = "cenote-recording 1";

    /** A part of the time that is recorded begins. */
    public static final char BEGIN = 'B';
    /** That part ends. */
    public static final char END = 'E';
    /** A caller got a lease: slot, lease, how long it waited, its time-out. */
    public static final char LEASED = 'L';
    /** A lease ended: slot, lease. */
    public static final char RELEASED = 'R';
    /** A caller's time was up: how long it waited, its time-out. */
    public static final char TIMED_OUT = 'T';
    /** A caller was refused, as the queue was full: how long it waited, its time-out. */
    public static final char REFUSED = 'F';
    /** A caller left, or the pool was closed: how long it waited, its time-out. */
    public static final char LEFT = 'G';
    /** A caller failed, as no object could be made or all holders waited here: how long it waited, its time-out. */
    public static final char FAILED = 'O';
    /** An object was made: how long that took. */
    public static final char CREATED = 'C';
    /** An object could not be made: how long the try took. */
    public static final char CREATE_FAILED = 'X';
    /** A validation or a reset has ended: how long it took. */
    public static final char VALIDATED = 'K';
    /** An object was found bad. */
    public static final char INVALID = 'V';
    /** So many events were lost. */
    public static final char LOST = '!';

    private static final int WIDTH = 6; // kind, instant, and up to four numbers
    private static final int MOST_EVENTS = 1 << 16; // a part, between two times that it is written down
    private static final int[] NUMBERS = new int['Z'];

    static {
        NUMBERS[LEASED] = 4;
        NUMBERS[RELEASED] = 2;
        NUMBERS[TIMED_OUT] = 2;
        NUMBERS[REFUSED] = 2;
        NUMBERS[LEFT] = 2;
        NUMBERS[FAILED] = 2;
        NUMBERS[CREATED] = 1;
        NUMBERS[CREATE_FAILED] = 1;
        NUMBERS[VALIDATED] = 1;
        NUMBERS[LOST] = 1;
    }

    private final Part[] parts = new Part[2 * Runtime.getRuntime().availableProcessors()];
    private final LongAdder lost = new LongAdder();

    // The writing thread's own.
    private final Writer out;
    private final StringBuilder text = new StringBuilder();
    private long lastNanos;
    private long lostAndTold;

    private static final class Part {
        private final ReentrantLock lock = new ReentrantLock();
        private long[] events = new long[64 * WIDTH];
        private int length;
    }

    /**
     * Creates the file.
     *
     * @param settings lines of {@code name=value}
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    public Tape(Path file, String settings, long nowNanos) throws IOException {
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Part();
        }
        lastNanos = nowNanos;
        out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(file, java.nio.file.StandardOpenOption.CREATE_NEW)) {
                    {
                        def.setLevel(Deflater.BEST_SPEED);
                    }
                },
                StandardCharsets.UTF_8);
        out.write(FIRST_LINE + "\n" + settings + "\n");
    }

    /** Notes an event. */
    public void note(char kind, long instant, long first, long second, long third, long fourth) {
        Part part = parts[(int) (Thread.currentThread().getId() % parts.length)];
        part.lock.lock();
        try {
            if (part.length == MOST_EVENTS * WIDTH) {
                lost.increment();
                return;
            }
            if (part.length == part.events.length) {
                part.events = Arrays.copyOf(part.events, Math.min(2 * part.length, MOST_EVENTS * WIDTH));
            }
            long[] events = part.events;
            int at = part.length;
            events[at] = kind;
            events[at + 1] = instant;
            events[at + 2] = first;
            events[at + 3] = second;
            events[at + 4] = third;
            events[at + 5] = fourth;
            part.length = at + WIDTH;
        } finally {
            part.lock.unlock();
        }
    }

    public long lost() {
        return lost.sum();
    }

    /** Writes down what was noted. Called by one thread at a time. */
    public void write() throws IOException {
        for (Part part : parts) {
            long[] events;
            int length;
            part.lock.lock();
            try {
                events = part.events;
                length = part.length;
                if (length > 0) {
                    part.events = new long[length]; // about as many will come again
                    part.length = 0;
                }
            } finally {
                part.lock.unlock();
            }
            for (int at = 0; at < length; at += WIDTH) {
                append((char) events[at], events, at + 1);
            }
        }
        long lostNow = lost.sum();
        if (lostNow > lostAndTold) {
            append(LOST, new long[] {lastNanos, lostNow - lostAndTold}, 0);
            lostAndTold = lostNow;
        }
        out.append(text);
        text.setLength(0);
    }

    /**
     * Notes that a part begins, or has ended, between what was written before and what will be. Called by the thread that writes.
     */
    public void mark(char kind, long instant) {
        append(kind, new long[] {instant}, 0);
    }

    private void append(char kind, long[] numbers, int at) {
        text.append(kind).append(' ').append(numbers[at] - lastNanos);
        lastNanos = numbers[at];
        for (int i = 1; i <= NUMBERS[kind]; i++) {
            text.append(' ').append(numbers[at + i]);
        }
        text.append('\n');
    }

    /** Writes what is left, and closes the file. */
    public void close() throws IOException {
        try (out) {
            write();
        }
    }
}
