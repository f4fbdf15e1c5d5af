package dev.cenote.peers.check;

import dev.cenote.peers.Feature;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;

/** An acquire that may take 200 ms, while making an item takes 1.5 s: when does it return? */
final class Deadline implements Check {

    private static final long DEADLINE_MILLIS = 200;
    private static final long CREATE_MILLIS = 1500;

    @Override
    public String title() {
        return "200 ms deadline";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        if (!kind.can(Feature.CREATES)) {
            return NONE;
        }
        Maker maker = new Maker();
        maker.createMillis = CREATE_MILLIS;
        try (Peer peer = kind.kind().open(1, maker)) {
            long start = System.nanoTime();
            try {
                peer.acquire(DEADLINE_MILLIS);
            } catch (Exception expected) {
                // how it says so is its own affair
            }
            return (System.nanoTime() - start) / 1_000_000 + " ms";
        }
    }
}
