package dev.cenote.peers.check;

import dev.cenote.peers.Peer;

/** Something that a pool should do, and a way to see whether it does. */
interface Check {

    /** The head of its column. */
    String title();

    /** Opens pools of its own, and says in a few words what they did. */
    String run(Peer.Named peer) throws Exception;

    /** What is said where a pool has no such thing. */
    String NONE = "n/a";
}
