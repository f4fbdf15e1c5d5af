package dev.cenote.bench.results;

import dev.cenote.peers.Feature;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Mode;

/**
 * Something that is measured for several pools, and fills a table.
 *
 * @param name of its files and its table
 * @param benchmark the class and the method
 * @param allocates whether to measure allocation, too
 * @param columns what is varied
 * @param needs what a pool must be able to do
 * @param peers the pools, and the limits that they are measured by
 */
record Case(
        String name,
        String benchmark,
        boolean allocates,
        List<Column> columns,
        Set<Feature> needs,
        List<Peer.Named> peers) {

    /**
     * One setting.
     *
     * @param title the head of the column
     * @param threads how many at once
     * @param params what else is set
     */
    record Column(String title, int threads, Map<String, String> params) {}

    Case withColumns(List<Column> others) {
        return new Case(name, benchmark, allocates, others, needs, peers);
    }

    /** One thread's time for a turn; or, of several threads, how many turns they do together. */
    Mode mode() {
        if (benchmark.startsWith("VirtualThreads")) {
            return Mode.SingleShotTime;
        }
        return columns.stream().anyMatch(column -> column.threads() > 1) ? Mode.Throughput : Mode.AverageTime;
    }

    /** What the others are measured by, if there is such a thing. */
    Optional<Peer.Named> limit() {
        return peers.stream().filter(Peers.limits()::contains).findFirst();
    }

    /** Those that can. */
    List<Peer.Named> able() {
        return peers.stream().filter(peer -> needs.stream().allMatch(peer::can)).toList();
    }

    /** Those that can't, and why. */
    Map<String, String> leftOut() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Peer.Named peer : peers) {
            needs.stream()
                    .filter(need -> !peer.can(need))
                    .forEach(need -> reasons.put(peer.name(), peer.lacks().get(need)));
        }
        return reasons;
    }
}
