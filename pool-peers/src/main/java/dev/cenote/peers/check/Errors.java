package dev.cenote.peers.check;

import dev.cenote.peers.Feature;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import java.util.concurrent.TimeUnit;

/**
 * Making an item throws an {@link Error} ten times, then works again: how many of two can be had at once, by a caller that
 * tries for 5 s, and after how long.
 */
final class Errors implements Check {

    private static final int SIZE = 2;
    private static final int TIMES = 10;
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    @Override
    public String title() {
        return "after Errors";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        if (!kind.can(Feature.CREATES)) {
            return NONE;
        }
        Maker maker = new Maker();
        maker.throwsErrors = true;
        try (Peer peer = kind.kind().open(SIZE, maker)) {
            for (int i = 0; i < TIMES; i++) {
                acquireIfAny(peer, 50);
            }
            maker.throwsErrors = false;
            long start = System.nanoTime();
            int had = 0;
            while (had < SIZE && System.nanoTime() - start < PATIENCE_NANOS) {
                if (acquireIfAny(peer, 1000)) {
                    had++;
                } else {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            }
            return had + " of " + SIZE + " in " + (System.nanoTime() - start) / 1_000_000 + " ms";
        }
    }

    private static boolean acquireIfAny(Peer peer, long millis) throws InterruptedException {
        try {
            return peer.acquire(millis) != null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | StackOverflowError wanted) {
            return false;
        }
    }
}
