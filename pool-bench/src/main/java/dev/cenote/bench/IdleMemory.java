package dev.cenote.bench;

import dev.cenote.peers.Item;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.lang.ref.Reference;
import java.util.Locale;

/** Prints how many bytes of heap a pool needs for an idle object, the object not counted. Needs the serial collector. */
public final class IdleMemory {

    private IdleMemory() {}

    /**
     * Fills a pool, and looks at the heap before and after.
     *
     * @param args the id of a {@link Peer.Named}, and how many objects
     * @throws Exception if the pool can't be filled
     */
    public static void main(String[] args) throws Exception {
        System.out.printf(Locale.ROOT, "%.1f%n", bytes(Peers.withId(args[0]), Integer.parseInt(args[1])));
    }

    /** The bytes an object. */
    public static double bytes(Peer.Named peer, int objects) throws Exception {
        open(peer, 1).close(); // what it needs once is not to be counted
        Heap.usedAfterCollection(); // nor what the measurement itself does
        double item = itemBytes(objects);
        long before = Heap.usedAfterCollection();
        try (Peer pool = open(peer, objects)) {
            double bytes = (double) (Heap.usedAfterCollection() - before) / objects - item;
            Reference.reachabilityFence(pool);
            return bytes;
        }
    }

    private static Peer open(Peer.Named peer, int size) throws Exception {
        Peer pool = peer.kind().open(size, new Maker());
        pool.fill(size);
        return pool;
    }

    private static double itemBytes(int objects) {
        Item[] items = new Item[objects];
        long empty = Heap.usedAfterCollection();
        for (int i = 0; i < objects; i++) {
            items[i] = new Item(i);
        }
        double bytes = (double) (Heap.usedAfterCollection() - empty) / objects;
        Reference.reachabilityFence(items);
        return bytes;
    }
}
