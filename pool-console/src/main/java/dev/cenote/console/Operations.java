package dev.cenote.console;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolRecording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What a page may do to the pools, if it is allowed. Nothing here waits, but for the end of a recording's file. */
final class Operations implements AutoCloseable {

    private final List<Watch> watches;
    private final Map<Watch, PoolRecording> recordings = new ConcurrentHashMap<>(); // the last of each pool
    private boolean isClosed; // guarded by this

    Operations(List<Watch> watches) {
        this.watches = watches;
    }

    /**
     * Runs an operation.
     *
     * @return what was done, in words
     * @throws IllegalArgumentException if the request is not one, or a number is out of range
     * @throws IllegalStateException if the pool can't do it now
     */
    String run(JsonObject asked) {
        Watch watch = watches.get(number(asked, "pool", watches.size() - 1));
        Pool<?> pool = watch.pool();
        JsonElement named = asked.get("operation");
        String operation = named == null || !named.isJsonPrimitive() ? "" : named.getAsString();
        String done = switch (operation) {
            case "suspend" -> {
                pool.suspend();
                yield "suspended";
            }
            case "resume" -> {
                pool.resume();
                yield "resumed";
            }
            case "drain" -> {
                tellEnd(watch, "drain", pool.drain());
                yield "a drain has begun";
            }
            case "warmUp" -> {
                int objects = number(asked, "objects", Integer.MAX_VALUE);
                tellEnd(watch, "warm-up", pool.warmUp(objects));
                yield "a warm-up to " + objects + " has begun";
            }
            case "invalidateAll" -> {
                int seconds = number(asked, "overSeconds", Integer.MAX_VALUE);
                if (seconds == 0) {
                    pool.invalidateAll();
                } else {
                    pool.invalidateAll(Duration.ofSeconds(seconds));
                }
                yield seconds == 0 ? "all are invalidated" : "all are invalidated within " + seconds + " s";
            }
            case "resize" -> {
                PoolLimits limits = new PoolLimits(
                        number(asked, "maxSize", Integer.MAX_VALUE),
                        number(asked, "minIdle", Integer.MAX_VALUE),
                        number(asked, "maxWaiters", Integer.MAX_VALUE));
                pool.resize(limits);
                yield "resized to maxSize " + limits.maxSize() + ", minIdle " + limits.minIdle() + ", maxWaiters "
                        + limits.maxWaiters();
            }
            case "record" -> "recorded to " + record(watch).file();
            case "stopRecording" -> {
                PoolRecording recording = recordings.remove(watch);
                if (recording == null) {
                    throw new IllegalStateException("nothing is being recorded from here");
                }
                recording.close();
                yield "recorded to " + recording.file() + ", lost " + recording.lost() + " events";
            }
            default -> throw new IllegalArgumentException("there is no operation '" + operation + "'");
        };
        watch.note("", "console: " + done);
        return done;
    }

    /** Begins to record the pool, in a new folder among the system's temporary ones that only this user can read. */
    private PoolRecording record(Watch watch) {
        try {
            Path folder = Files.createTempDirectory("cenote-");
            Path file = folder.resolve("pool.recording");
            try {
                PoolRecording recording = watch.pool().recordTo(file, 1);
                if (!keep(watch, recording)) {
                    recording.close();
                    throw new IllegalStateException("the console is closed");
                }
                return recording;
            } catch (IOException | RuntimeException failure) {
                Files.deleteIfExists(file);
                Files.delete(folder);
                throw failure;
            }
        } catch (IOException failure) {
            throw new IllegalStateException("no recording can be written: " + failure.getMessage(), failure);
        }
    }

    private synchronized boolean keep(Watch watch, PoolRecording recording) {
        if (!isClosed) {
            recordings.put(watch, recording);
        }
        return !isClosed;
    }

    /** Ends the recordings that were begun here: nobody else knows of them. One that is begun at this moment ends at once. */
    @Override
    public synchronized void close() {
        isClosed = true;
        recordings.values().forEach(PoolRecording::close);
        recordings.clear();
    }

    private static void tellEnd(Watch watch, String operation, CompletableFuture<Void> end) {
        CompletableFuture<Void> unused = end.whenComplete((nothing, failure) -> {
            if (failure == null) {
                watch.note("good", "console: the " + operation + " is done");
            } else { // without its message, which may tell a secret
                watch.note(
                        failure instanceof CancellationException ? "" : "bad",
                        "console: the " + operation + " has ended: "
                                + failure.getClass().getSimpleName());
            }
        });
    }

    private static int number(JsonObject asked, String name, int most) {
        JsonElement given = asked.get(name);
        double number = given != null
                        && given.isJsonPrimitive()
                        && given.getAsJsonPrimitive().isNumber()
                ? given.getAsDouble()
                : -1;
        if (number < 0 || number > most || number != Math.rint(number)) {
            throw new IllegalArgumentException(
                    name + " must be a whole number from 0 to " + most + ", but was " + given);
        }
        return (int) number;
    }
}
