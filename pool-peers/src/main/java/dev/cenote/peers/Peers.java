package dev.cenote.peers;

import static dev.cenote.peers.Feature.ASYNC;
import static dev.cenote.peers.Feature.CREATES;
import static dev.cenote.peers.Feature.INVALIDATES;
import static dev.cenote.peers.Feature.VALIDATES;
import static dev.cenote.peers.Feature.VALIDATES_BY_WINDOW;

import dev.cenote.pool.Fairness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All the kinds of pool that there are adapters for, and the limits of the machine. */
public final class Peers {

    static final String BLOCKS = "every acquire blocks";
    static final String FAILS = "a connection is given up by an exception that it throws";

    private static final String NO_WINDOW = "validates at each acquire or never";
    private static final List<Peer.Named> LIMITS = List.of(
            limit("two compare-and-sets", (size, maker) -> new TwoCompareAndSets()),
            limit("no pool", (size, maker) -> new NoPool()),
            limit("park and unpark", (size, maker) -> new ParkHandOff(size)));

    private Peers() {}

    /** The pools that run on this JDK. */
    public static List<Peer.Named> all() {
        Map<Feature, String> all = Map.of();
        Map<Feature, String> blocking = Map.of(ASYNC, BLOCKS, VALIDATES_BY_WINDOW, NO_WINDOW);
        String around = "the pool around the bag does that";
        List<Peer.Named> peers = new ArrayList<>();
        peers.add(new Peer.Named(
                "Cenote, strict", (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT, false), all));
        peers.add(eventual("1"));
        peers.add(new Peer.Named("commons-pool2", (size, maker) -> new CommonsPeer(size, maker, false), blocking));
        peers.add(new Peer.Named("commons-pool2, fair", (size, maker) -> new CommonsPeer(size, maker, true), blocking));
        peers.add(new Peer.Named(
                "HikariCP's bag",
                BagPeer::new,
                Map.of(
                        ASYNC, BLOCKS,
                        CREATES, around,
                        INVALIDATES, around,
                        VALIDATES, around,
                        VALIDATES_BY_WINDOW, around)));
        if (hasVirtualThreads()) {
            peers.add(new Peer.Named("Stormpot", (size, maker) -> stormpot(size, maker, false), Map.of(ASYNC, BLOCKS)));
        }
        peers.add(new Peer.Named("Vibur", (size, maker) -> new ViburPeer(size, maker, false), blocking));
        peers.add(new Peer.Named("Vibur, fair", (size, maker) -> new ViburPeer(size, maker, true), blocking));
        peers.add(new Peer.Named(
                "Agroal",
                AgroalPeer::new,
                Map.of(
                        ASYNC, BLOCKS,
                        INVALIDATES, FAILS)));
        peers.add(new Peer.Named("reactor-pool", ReactorPeer::new, all));
        peers.add(new Peer.Named(
                "fast-object-pool",
                FastObjectPeer::new,
                Map.of(
                        ASYNC, BLOCKS,
                        VALIDATES_BY_WINDOW, NO_WINDOW,
                        INVALIDATES, "a holder can only give an object back")));
        return peers;
    }

    /** The least that a pool has to do, as far as the machine goes. */
    public static List<Peer.Named> limits() {
        return LIMITS;
    }

    /** This pool, each with another bound on how long a caller may be overtaken. */
    public static List<Peer.Named> bounds() {
        return Stream.of("0.1", "0.3", "1", "3", "10", "30", "100")
                .map(Peers::eventual)
                .toList();
    }

    /** Pools in a mode that suits one case. */
    public static List<Peer.Named> variants() {
        Peer.Named callers = new Peer.Named(
                "Cenote, strict, on the caller's thread",
                (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT, true),
                Map.of());
        Peer.Named filled = new Peer.Named(
                "Cenote, strict, filled by acquires",
                (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT, false) {
                    @Override
                    public void fill(int objects) throws Exception {
                        fillByAcquires(objects);
                    }
                },
                Map.of());
        Peer.Named timed = new Peer.Named(
                "Cenote, strict, each use timed",
                (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT, false, 1),
                Map.of());
        Peer.Named sampled = new Peer.Named(
                "Cenote, strict, one use in 64 timed",
                (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT, false, 64),
                Map.of());
        if (!hasVirtualThreads()) {
            return List.of(callers, filled, timed, sampled);
        }
        return List.of(
                callers,
                filled,
                timed,
                sampled,
                new Peer.Named(
                        "Stormpot's tap for virtual threads",
                        (size, maker) -> stormpot(size, maker, true),
                        Map.of(ASYNC, BLOCKS)));
    }

    /** Pools that are data sources, of connections that do nothing. */
    public static List<Peer.Named> dataSources() {
        return DataSourcePeer.all(DataSourcePeer.Target.stub());
    }

    /** The one that has this id. */
    public static Peer.Named withId(String id) {
        return Stream.of(all(), limits(), variants(), bounds(), dataSources())
                .flatMap(List::stream)
                .filter(peer -> peer.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no '" + id + "' on this JDK"));
    }

    /** Whether this JDK has virtual threads, and can read Stormpot's classes. */
    public static boolean hasVirtualThreads() {
        return Runtime.version().feature() >= 21;
    }

    private static Peer.Named eventual(String millis) {
        Fairness fairness = Fairness.eventual(Duration.ofNanos((long) (Double.parseDouble(millis) * 1e6)));
        return new Peer.Named(
                "Cenote, eventual " + millis + " ms",
                (size, maker) -> new CenotePeer(size, maker, fairness, false),
                Map.of());
    }

    private static Peer.Named limit(String name, Peer.Kind kind) {
        String limit = "a limit, not a pool";
        return new Peer.Named(
                name,
                kind,
                Map.of(ASYNC, limit, CREATES, limit, INVALIDATES, limit, VALIDATES, limit, VALIDATES_BY_WINDOW, limit));
    }

    /** By name: a compiler older than Stormpot leaves that class out. */
    private static Peer stormpot(int size, Maker maker, boolean forVirtualThreads) throws ReflectiveOperationException {
        return (Peer) Class.forName("dev.cenote.peers.StormpotPeer")
                .getDeclaredConstructor(int.class, Maker.class, boolean.class)
                .newInstance(size, maker, forVirtualThreads);
    }
}
