package dev.cenote.bench.peer;

import dev.cenote.pool.Fairness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All the kinds of pool that there are adapters for. */
public final class Peers {

    private Peers() {}

    /** Those that run on this JDK. */
    public static List<Peer.Named> all() {
        List<Peer.Named> all = new ArrayList<>();
        Fairness eventual = Fairness.eventual(Duration.ofMillis(1));
        all.add(new Peer.Named(
                "Cenote, strict", (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT), true, true));
        all.add(new Peer.Named(
                "Cenote, eventual 1 ms", (size, maker) -> new CenotePeer(size, maker, eventual), true, true));
        all.add(new Peer.Named("commons-pool2", (size, maker) -> new CommonsPeer(size, maker, false), true, true));
        all.add(new Peer.Named("commons-pool2, fair", (size, maker) -> new CommonsPeer(size, maker, true), true, true));
        all.add(new Peer.Named("HikariCP's bag", BagPeer::new, false, false));
        if (Runtime.version().feature() >= 21) {
            all.add(new Peer.Named("Stormpot", Peers::stormpot, true, true));
        }
        all.add(new Peer.Named("Vibur", (size, maker) -> new ViburPeer(size, maker, false), true, true));
        all.add(new Peer.Named("Vibur, fair", (size, maker) -> new ViburPeer(size, maker, true), true, true));
        all.add(new Peer.Named("Agroal", AgroalPeer::new, true, false));
        return all;
    }

    /** By name: a compiler older than Stormpot leaves that class out. */
    private static Peer stormpot(int size, Maker maker) throws ReflectiveOperationException {
        return (Peer) Class.forName("dev.cenote.bench.peer.StormpotPeer")
                .getDeclaredConstructor(int.class, Maker.class)
                .newInstance(size, maker);
    }
}
