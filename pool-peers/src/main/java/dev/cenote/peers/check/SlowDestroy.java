package dev.cenote.peers.check;

import dev.cenote.peers.Feature;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;

/** How long a holder is kept by invalidating an item that takes 500 ms to destroy. */
final class SlowDestroy implements Check {

    private static final long DESTROY_MILLIS = 500;

    @Override
    public String title() {
        return "500 ms destroy";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        if (!kind.can(Feature.CREATES) || !kind.can(Feature.INVALIDATES)) {
            return NONE;
        }
        Maker maker = new Maker();
        try (Peer peer = kind.kind().open(2, maker)) {
            Object handle = peer.acquire(2000);
            maker.destroyMillis = DESTROY_MILLIS;
            long start = System.nanoTime();
            peer.invalidate(handle);
            long took = (System.nanoTime() - start) / 1_000_000;
            maker.destroyMillis = 0;
            return took + " ms";
        }
    }
}
