package dev.cenote.pool.jdbc.outage;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * A server that was stopped for a time, and what patient clients saw of it. The server is back when a log-in past every pool
 * succeeds.
 *
 * @param inUse how many sessions were in use when the server answered for the last time
 * @param whileHeld how many clients failed with a connection in their hands
 * @param withoutConnection those that got no connection
 * @param firstMillis how long after the return of the server the first client was served; -1: none was within a minute
 * @param allMillis the same of the last one
 */
record Recovery(int inUse, long whileHeld, List<Load.Try> withoutConnection, long firstMillis, long allMillis) {

    static final int CLIENTS = 16;
    static final int SIZE = 8;

    private static final long STEADY_MILLIS = 2_000; // until each pool has all its sessions, in use now and then
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    static Recovery of(Server server, DataSource source, long outageMillis) throws IOException, InterruptedException {
        try (Load load = new Load(source, CLIENTS)) {
            if (load.awaitAllServedSince(Long.MIN_VALUE, TimeUnit.SECONDS.toNanos(30)) == 0) {
                throw new IllegalStateException("not served before the outage");
            }
            Thread.sleep(STEADY_MILLIS);
            long began = System.nanoTime();
            server.stop();
            long down = System.nanoTime();
            Thread.sleep(outageMillis);
            CompletableFuture<Long> back = CompletableFuture.supplyAsync(() -> awaitLogIn(Server.url(server.port())));
            server.start();
            long returned = back.join();
            long all = load.awaitAllServedSince(returned, TimeUnit.MINUTES.toNanos(1));
            List<Load.Try> tries = load.tries();
            List<Load.Try> failed = tries.stream()
                    .filter(each -> !each.isGood() && each.ended() >= began)
                    .toList();
            long noticed = failed.stream().mapToLong(Load.Try::done).min().orElse(began);
            long died = tries.stream()
                    .filter(each -> each.isGood() && each.done() < noticed)
                    .mapToLong(Load.Try::done)
                    .max()
                    .orElse(began);
            long first = tries.stream()
                    .filter(each -> each.isGood() && each.lent() >= down)
                    .mapToLong(Load.Try::ended)
                    .min()
                    .orElse(0);
            return new Recovery(
                    (int) tries.stream()
                            .filter(each -> each.heldAt(died) && each.done() > died)
                            .count(),
                    failed.stream().filter(each -> !each.gotNoConnection()).count(),
                    failed.stream().filter(Load.Try::gotNoConnection).toList(),
                    first == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(Math.max(0, first - returned)),
                    all == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(all - returned));
        }
    }

    private static long awaitLogIn(String url) {
        while (true) {
            try {
                DriverManager.getConnection(url).close();
                return System.nanoTime();
            } catch (SQLException e) {
                LockSupport.parkNanos(PROBE_NANOS);
            }
        }
    }

    /** How long those took that came when the first had been refused, in order. */
    List<Long> refusedNanos() {
        long refused =
                withoutConnection.stream().mapToLong(Load.Try::ended).min().orElse(0);
        return withoutConnection.stream()
                .filter(each -> each.began() >= refused)
                .map(each -> each.ended() - each.began())
                .sorted()
                .toList();
    }
}
