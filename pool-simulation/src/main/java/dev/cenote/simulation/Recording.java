package dev.cenote.simulation;

import dev.cenote.pool.Fairness;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What the callers of a pool did ({@link dev.cenote.pool.Pool#recordTo}): each call, in the order of arrival, and how objects were
 * made. Where only parts of the time were recorded, these stand one after the other, without the time between them.
 *
 * @param settings of the pool that was recorded
 * @param calls the calls
 * @param creates how objects were made
 * @param length how much time was recorded
 * @param lost events that the pool could not keep
 * @param isComplete false if the file has no end: the process died, or still records
 */
public record Recording(
        Settings settings, Calls calls, Creates creates, Duration length, long lost, boolean isComplete) {

    /**
     * The settings of the pool that was recorded.
     *
     * @param name the pool's name
     * @param maxSize as in {@link dev.cenote.pool.PoolBuilder}
     * @param minIdle as there
     * @param maxWaiters as there
     * @param acquireTimeout as there
     * @param idleTimeout as there
     * @param maxLifetime as there
     * @param lifetimeJitter as there
     * @param maxUses as there
     * @param maxConcurrentCreates as there
     * @param isFifo whether the idle order is first in, first out
     * @param fairness as there
     */
    public record Settings(
            String name,
            int maxSize,
            int minIdle,
            int maxWaiters,
            Duration acquireTimeout,
            Duration idleTimeout,
            Duration maxLifetime,
            double lifetimeJitter,
            long maxUses,
            int maxConcurrentCreates,
            boolean isFifo,
            Fairness fairness) {

        static Settings of(Map<String, String> lines) {
            return new Settings(
                    lines.getOrDefault("name", "pool"),
                    (int) number(lines, "maxSize"),
                    (int) number(lines, "minIdle"),
                    (int) number(lines, "maxWaiters"),
                    Duration.ofNanos(number(lines, "acquireTimeout")),
                    Duration.ofNanos(number(lines, "idleTimeout")),
                    Duration.ofNanos(number(lines, "maxLifetime")),
                    Double.parseDouble(lines.getOrDefault("lifetimeJitter", "0")),
                    number(lines, "maxUses"),
                    (int) number(lines, "maxConcurrentCreates"),
                    "FIFO".equals(lines.get("idleOrder")),
                    new Fairness(Duration.ofNanos(number(lines, "fairness"))));
        }

        Settings withSize(int size) {
            return new Settings(
                    name,
                    size,
                    Math.min(minIdle, size),
                    maxWaiters,
                    acquireTimeout,
                    idleTimeout,
                    maxLifetime,
                    lifetimeJitter,
                    maxUses,
                    maxConcurrentCreates,
                    isFifo,
                    fairness);
        }

        private static long number(Map<String, String> lines, String name) {
            String value = lines.get(name);
            if (value == null) {
                throw new IllegalArgumentException("the recording does not say " + name);
            }
            return Long.parseLong(value);
        }
    }

    /** How objects were made: when each create ended, and how long it took; and how long it took to look at them. */
    public static final class Creates {
        static final long FAILED = -1; // at once; one that took longer is less by that
        final Longs at = new Longs();
        final Longs took = new Longs();
        private long validations;
        private long validationNanos;

        Creates() {}

        /**
         * How many were made.
         *
         * @return without those that failed
         */
        public int made() {
            int made = 0;
            for (int i = 0; i < took.size(); i++) {
                made += took.get(i) < 0 ? 0 : 1;
            }
            return made;
        }

        void validated(long nanos) {
            validations++;
            validationNanos += nanos;
        }

        long validations() {
            return validations;
        }

        Duration meanValidation() {
            return Duration.ofNanos(validations == 0 ? 0 : validationNanos / validations);
        }
    }

    /**
     * Reads a recording.
     *
     * @param file the file that a pool wrote
     * @return what is in it, as far as it is complete
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if it is no recording, or one of another version
     */
    public static Recording read(Path file) throws IOException {
        try (Reader in = new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16), StandardCharsets.UTF_8)) {
            return read(new BufferedReader(in, 1 << 16), file.toString());
        } catch (java.util.zip.ZipException e) {
            throw new IllegalArgumentException(file + " must be a recording of a pool, but is no compressed file", e);
        } catch (EOFException cutOff) {
            throw new IllegalArgumentException(
                    file + " must be a recording of a pool, but ends within its head; is it still being written?",
                    cutOff);
        }
    }

    private static Recording read(BufferedReader in, String file) throws IOException {
        String first = lineOfHead(in);
        if (!RecordingReader.FIRST_LINE.equals(first)) {
            throw new IllegalArgumentException(
                    file + " must begin with '" + RecordingReader.FIRST_LINE + "', but begins with '" + first + "'");
        }
        Map<String, String> settings = new HashMap<>();
        for (String line = lineOfHead(in); !line.isEmpty(); line = lineOfHead(in)) {
            int equals = line.indexOf('=');
            settings.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        }
        RecordingReader reader = new RecordingReader(Settings.of(settings));
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                reader.read(line);
            }
        } catch (EOFException cutOff) {
            return reader.recording(false);
        }
        return reader.recording(true);
    }

    private static String lineOfHead(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new EOFException();
        }
        return line;
    }
}
