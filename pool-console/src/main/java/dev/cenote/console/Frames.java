package dev.cenote.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the pools once a second, and streams what it sees to the pages that are open. Each stream has a thread of
 * its own, which takes all frames that are new when it is ready. So a page that is slow misses no event, unless it is
 * behind by more frames than are kept.
 */
final class Frames implements AutoCloseable {

    static final int MOST_STREAMS = 8;
    static final int MOST_FRAMES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Frames.class);
    private static final long SECOND_MILLIS = 1_000;
    private static final long NONE = -1;

    private final List<Watch> watches;
    private final boolean operations;
    private final Thread thread = new Thread(this::run, "cenote-console");
    private final Object looks = new Object(); // one at a time, and no page begins meanwhile: it gets each event once

    // Guarded by this.
    private int streams;
    private long number; // of frames so far
    private final Deque<byte[]> newest = new ArrayDeque<>();
    private boolean isClosed;

    Frames(List<Watch> watches, boolean operations) {
        this.watches = watches;
        this.operations = operations;
        thread.setDaemon(true);
    }

    void start() {
        look();
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(SECOND_MILLIS);
                look();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("The console looks at its pools no more (see https://cenote.dev/help#console-failed)", e);
        }
    }

    private void look() {
        synchronized (looks) {
            boolean isWatched;
            synchronized (this) {
                isWatched = streams > 0;
            }
            JsonArray ticks = new JsonArray();
            for (Watch watch : watches) {
                JsonObject tick = watch.look(System.currentTimeMillis(), isWatched);
                ticks.add(tick);
            }
            if (isWatched) {
                JsonObject frame = new JsonObject();
                frame.add("pools", ticks);
                add(event("tick", frame));
            }
        }
    }

    /** For all pages. */
    synchronized void add(byte[] frame) {
        newest.add(frame);
        if (newest.size() > MOST_FRAMES) {
            newest.remove();
        }
        number++;
        notifyAll();
    }

    /** What comes after so many frames, as far as it is kept. */
    synchronized byte[] after(long seen) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        newest.stream().skip(Math.max(0, newest.size() - (number - seen))).forEach(frames::writeBytes);
        return frames.toByteArray();
    }

    /** Everything so far, for a page that begins. */
    private byte[] hello() {
        JsonArray pools = new JsonArray();
        watches.forEach(watch -> pools.add(watch.hello()));
        JsonObject hello = new JsonObject();
        hello.addProperty("seconds", Watch.SECONDS);
        hello.addProperty("operations", operations);
        hello.add("pools", pools);
        return event("hello", hello);
    }

    private static byte[] event(String name, JsonObject data) {
        return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Streams on this thread until the page is closed, or the console. */
    void stream(HttpExchange exchange) throws IOException {
        long seen;
        byte[] next;
        synchronized (looks) {
            next = hello();
            synchronized (this) {
                seen = isClosed || streams == MOST_STREAMS ? NONE : number;
                streams += seen == NONE ? 0 : 1;
            }
        }
        if (seen == NONE) {
            Gatekeeper.refuse(exchange, 503);
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            while (next.length > 0) {
                out.write(next);
                out.flush();
                synchronized (this) {
                    while (seen == number && !isClosed) {
                        wait();
                    }
                    next = isClosed ? new byte[0] : after(seen);
                    seen = number;
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            LOG.debug("A page was closed", gone);
        } finally {
            synchronized (this) {
                streams--;
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        synchronized (this) {
            isClosed = true;
            notifyAll();
        }
    }
}
