package dev.cenote.pool.jdbc.outage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Clients that write a row each, again and again, and note what they saw. Of a client's failures the first thousand are kept as
 * they are; each later one is noted as the thousandth, since the memory of hundreds of thousands would make the JVM pause.
 */
final class Load implements AutoCloseable {

    /**
     * One try of one client; times are those of {@link System#nanoTime}.
     *
     * @param lent when it got its connection; 0 if it got none
     * @param done when it knew what became of it, just before it closed its connection
     */
    record Try(int client, long began, long lent, long done, long ended, SQLException failure) {

        boolean isGood() {
            return failure == null;
        }

        boolean gotNoConnection() {
            return lent == 0;
        }

        boolean heldAt(long instant) {
            return lent != 0 && lent <= instant && done >= instant;
        }
    }

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int MOST_KEPT = 1_000;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50); // each costs more than a try

    private final DataSource source;
    private final Queue<Try> tries = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isOver;

    Load(DataSource source, int clients) {
        this.source = source;
        for (int i = 0; i < clients; i++) {
            int client = i;
            Thread thread = new Thread(() -> run(client), "client-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(int client) {
        int failures = 0;
        SQLException last = null;
        while (!isOver) {
            long began = System.nanoTime();
            long lent = 0;
            long done = 0;
            SQLException failure = null;
            try (Connection connection = source.getConnection()) {
                lent = System.nanoTime();
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("insert into item default values");
                } finally {
                    done = System.nanoTime();
                }
            } catch (SQLException e) {
                failures++;
                last = failures > MOST_KEPT ? last : e;
                failure = last;
            }
            long ended = System.nanoTime();
            tries.add(new Try(client, began, lent, done == 0 ? ended : done, ended, failure));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    List<Try> tries() {
        return List.copyOf(tries);
    }

    /** Waits until each client was served by a try that began after that instant. Returns when, or 0 if not within a time. */
    long awaitAllServedSince(long instant, long withinNanos) {
        long deadline = System.nanoTime() + withinNanos;
        while (System.nanoTime() < deadline) {
            Map<Integer, Long> first = new TreeMap<>();
            for (Try each : tries) {
                if (each.isGood() && each.began() >= instant) {
                    first.merge(each.client(), each.ended(), Math::min);
                }
            }
            if (first.size() == threads.size()) {
                return first.values().stream().mapToLong(Long::longValue).max().orElseThrow();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return 0;
    }

    @Override
    public void close() {
        isOver = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
