package dev.cenote.latency;

import dev.cenote.peers.Item;
import java.sql.Connection;
import java.util.concurrent.TimeUnit;

/** What a caller does with the item that it holds. */
interface Work {

    void with(Object item) throws Exception;

    /** First the query, then the computing, then the pause, then the yield. */
    static Work of(Settings settings) {
        return item -> {
            if (settings.database() != null) {
                settings.database().ask(connection(item));
            }
            if (settings.workNanos() > 0) {
                compute(settings.workNanos());
            }
            if (settings.pauseNanos() > 0) {
                TimeUnit.NANOSECONDS.sleep(settings.pauseNanos());
            }
            if (settings.isYielding()) {
                Thread.yield();
            }
        };
    }

    private static Connection connection(Object item) {
        Object pooled = item instanceof Item made ? made.payload() : item;
        if (pooled instanceof Connection connection) {
            return connection;
        }
        throw new IllegalStateException("it does not pool connections to a database");
    }

    private static void compute(long nanos) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
            Thread.onSpinWait();
        }
    }
}
