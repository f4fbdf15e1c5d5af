package dev.cenote.bench.results;

import dev.cenote.bench.results.Case.Column;
import dev.cenote.peers.Feature;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The documented set. */
final class Cases {

    /** This pool, told to run the factory and the validator on the caller's thread. */
    private static final String IN_PLACE = "cenote-strict-on-the-caller-thread";

    /** This pool, filled as most of its peers have to be. */
    private static final String FILLED = "cenote-strict-filled-by-acquires";

    private Cases() {}

    /** All that can be measured on this JDK, in the order of the documentation. */
    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case(
                "uncontended",
                "Leasing.lease",
                true,
                sizes(1, 16, 10_000),
                Set.of(),
                with("two-compare-and-sets", FILLED)));
        cases.add(new Case(
                "escapes", "Leasing.leaseThatEscapes", true, sizes(16), Set.of(), with("two-compare-and-sets")));
        cases.add(validating("validator-in-window", Maker.Validation.IN_WINDOW, Feature.VALIDATES_BY_WINDOW));
        cases.add(validating("validator-each-time", Maker.Validation.EACH_TIME, Feature.VALIDATES));
        cases.add(new Case(
                "parallel",
                "Leasing.lease",
                false,
                List.of(threads(2, 16), threads(32, 64)),
                Set.of(),
                with("two-compare-and-sets")));
        cases.add(new Case("asynchronous", "Leasing.leaseAsync", true, sizes(16), Set.of(Feature.ASYNC), Peers.all()));
        cases.add(new Case(
                "create-heavy",
                "Leasing.leaseAndInvalidate",
                true,
                List.of(threads(1, 1), threads(4, 4)),
                Set.of(Feature.CREATES, Feature.INVALIDATES),
                with(IN_PLACE)));
        cases.add(waiters("waiters-served", "Waiting.serveHead"));
        cases.add(waiters("waiters-cancelled", "Waiting.cancel"));
        if (Peers.hasVirtualThreads()) {
            cases.add(new Case(
                    "virtual-threads",
                    "VirtualThreads.lease",
                    false,
                    List.of(
                            new Column("working", 1, Map.of("holder", "WORKING")),
                            new Column("yielding", 1, Map.of("holder", "YIELDING"))),
                    Set.of(),
                    with("no-pool", "stormpot-tap-for-virtual-threads")));
        }
        cases.add(new Case(
                "jdbc-connections",
                "Leasing.lease",
                false,
                List.of(threads(1, 32), threads(2, 32), threads(32, 32), threads(32, 4)),
                Set.of(),
                Peers.dataSources()));
        cases.add(new Case(
                "jdbc-statements",
                "Statements.executeAndClose",
                false,
                List.of(threads(1, 32), threads(2, 32), threads(32, 32)),
                Set.of(),
                Peers.dataSources()));
        return cases;
    }

    private static Case validating(String name, Maker.Validation validation, Feature need) {
        Column column = new Column("1 thread on 16", 1, Map.of("size", "16", "validation", validation.name()));
        return new Case(name, "Leasing.lease", false, List.of(column), Set.of(need), with(IN_PLACE));
    }

    private static Case waiters(String name, String benchmark) {
        List<Column> columns = IntStream.of(1, 100, 10_000)
                .mapToObj(waiters -> new Column(
                        String.format("%,d waiting", waiters), 1, Map.of("waiters", String.valueOf(waiters))))
                .toList();
        return new Case(name, benchmark, false, columns, Set.of(Feature.ASYNC), Peers.all());
    }

    private static List<Column> sizes(int... sizes) {
        return IntStream.of(sizes).mapToObj(size -> threads(1, size)).toList();
    }

    private static Column threads(int threads, int size) {
        String title = String.format("%d thread%s on %,d", threads, threads == 1 ? "" : "s", size);
        return new Column(title, threads, Map.of("size", String.valueOf(size)));
    }

    /** The limits or variants that have these ids, and all pools. */
    private static List<Peer.Named> with(String... ids) {
        List<Peer.Named> peers = new ArrayList<>(some(ids));
        peers.addAll(Peers.all());
        return peers;
    }

    /** Those of these ids that run on this JDK. */
    private static List<Peer.Named> some(String... ids) {
        List<Peer.Named> peers = new ArrayList<>();
        for (List<Peer.Named> kind : List.of(Peers.limits(), Peers.variants(), Peers.all())) {
            kind.stream().filter(peer -> Arrays.asList(ids).contains(peer.id())).forEach(peers::add);
        }
        return peers;
    }
}
