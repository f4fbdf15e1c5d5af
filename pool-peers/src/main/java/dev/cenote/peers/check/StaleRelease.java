package dev.cenote.peers.check;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;

/** One item is released, acquired by another, and released once more by the first: does a third get it, too? */
final class StaleRelease implements Check {

    @Override
    public String title() {
        return "second release";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        try (Peer peer = kind.kind().open(1, new Maker())) {
            Object first = peer.acquire(2000);
            peer.release(first);
            Object second = peer.acquire(2000);
            String answer = "ignored";
            try {
                peer.release(first);
            } catch (RuntimeException e) {
                answer = "refused";
            }
            Object third = acquireIfAny(peer);
            if (third != null && peer.item(third).equals(peer.item(second))) {
                return "two owners";
            }
            return answer;
        }
    }

    private static Object acquireIfAny(Peer peer) {
        try {
            return peer.acquire(300);
        } catch (Exception nothing) {
            return null;
        }
    }
}
