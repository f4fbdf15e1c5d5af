package dev.cenote.peers.check;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How much of a core 500 threads cost that wait for one item. */
final class Parked implements Check {

    private static final int WAITERS = 500;
    private static final int SECONDS = 3;

    @Override
    public String title() {
        return "500 waiters";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        try (Peer peer = kind.kind().open(1, new Maker())) {
            Object held = peer.acquire(2000);
            Callers callers = new Callers();
            for (int i = 0; i < WAITERS; i++) {
                callers.start(() -> {
                    peer.release(peer.acquire(30_000));
                    return null;
                });
            }
            TimeUnit.SECONDS.sleep(1);
            long before = cpuNanos();
            TimeUnit.SECONDS.sleep(SECONDS);
            double share = (cpuNanos() - before) / 1e7 / SECONDS;
            peer.release(held);
            callers.join(30_000);
            return String.format(Locale.ROOT, "%.1f %%", share);
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("this system does not tell a process's CPU time"))
                .toNanos();
    }
}
