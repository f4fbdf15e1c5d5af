package dev.cenote.peers.check;

import dev.cenote.peers.Feature;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import java.util.concurrent.ThreadLocalRandom;

/** How many items exist at once while 16 threads use 8 and invalidate every fourth; making and destroying take 2 ms. */
final class Bound implements Check {

    private static final int SIZE = 8;
    private static final int THREADS = 16;
    private static final long NANOS = 1_000_000_000;

    @Override
    public String title() {
        return "most of 8";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        if (!kind.can(Feature.CREATES) || !kind.can(Feature.INVALIDATES)) {
            return NONE;
        }
        Maker maker = new Maker();
        maker.createMillis = 2;
        maker.destroyMillis = 2;
        try (Peer peer = kind.kind().open(SIZE, maker)) {
            Callers callers = new Callers();
            long end = System.nanoTime() + NANOS;
            for (int i = 0; i < THREADS; i++) {
                callers.start(() -> {
                    while (System.nanoTime() - end < 0) {
                        Object handle = peer.acquire(1000);
                        if (handle == null) {
                            continue;
                        }
                        Thread.yield();
                        if (ThreadLocalRandom.current().nextInt(4) == 0) {
                            peer.invalidate(handle);
                        } else {
                            peer.release(handle);
                        }
                    }
                    return null;
                });
            }
            callers.join(5000);
            return String.valueOf(maker.most());
        }
    }
}
