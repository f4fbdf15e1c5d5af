package dev.cenote.examples;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.PoolTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Threads that get a connection, run a query and give the connection back, as fast as they can. */
final class Load {

    private static final long PAUSE_AFTER_ERROR_NANOS = 10_000_000; // as a caller would that tries again

    /** Gives connections, and takes them back. */
    interface Source {

        /** Gets a connection. The caller ends the loan by one of its other two methods. */
        Loan get() throws Exception;
    }

    /** A connection that is out. */
    interface Loan {
        Connection connection();

        void giveBack() throws SQLException;

        void giveUp() throws SQLException;
    }

    final LongAdder queries = new LongAdder();
    final LongAdder errors = new LongAdder();
    final AtomicLong lastSuccessNanos = new AtomicLong();
    /** How long callers waited that got no connection, in nanoseconds. */
    final Recorder timeouts = new Recorder(3);
    /** How long it took until a caller was told that no connection can be made, in nanoseconds. */
    final Recorder refusals = new Recorder(3);

    private final Recorder acquires = new Recorder(3);
    private final Histogram whole = new Histogram(3);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(Source source, int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> work(source), "load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void work(Source source) {
        while (!stopped) {
            try {
                query(source);
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                errors.increment();
                LockSupport.parkNanos(PAUSE_AFTER_ERROR_NANOS);
            }
        }
    }

    private void query(Source source) throws Exception {
        long start = System.nanoTime();
        Loan loan;
        try {
            loan = source.get();
        } catch (PoolTimeoutException e) {
            timeouts.recordValue(System.nanoTime() - start);
            throw e;
        } catch (CreateFailedException e) {
            refusals.recordValue(System.nanoTime() - start);
            throw e;
        }
        acquires.recordValue(System.nanoTime() - start);
        boolean isGood = false;
        try (Statement statement = loan.connection().createStatement();
                ResultSet result = statement.executeQuery("select 6 * 7")) {
            isGood = result.next() && result.getInt(1) == 42;
            if (!isGood) {
                throw new IllegalStateException("a wrong answer");
            }
            queries.increment();
            lastSuccessNanos.set(System.nanoTime());
        } finally {
            if (isGood) {
                loan.giveBack();
            } else {
                loan.giveUp();
            }
        }
    }

    /** The times to get a connection since the last call, in nanoseconds. */
    Histogram lately() {
        Histogram interval = acquires.getIntervalHistogram();
        whole.add(interval);
        return interval;
    }

    /** All times to get a connection, in nanoseconds. */
    Histogram whole() {
        lately();
        return whole;
    }

    /** Lets every thread end its query, and waits for that. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
