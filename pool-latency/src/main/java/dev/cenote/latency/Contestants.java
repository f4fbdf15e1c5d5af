package dev.cenote.latency;

import dev.cenote.peers.DataSourcePeer;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The pools that can be measured, each by the name that is typed for it. */
final class Contestants {

    private Contestants() {}

    /** All that there are for these settings, in the order in which they are shown. */
    static Map<String, Peer.Named> all(Settings settings) {
        Map<String, Peer.Named> all = new LinkedHashMap<>();
        Peers.all().forEach(peer -> all.put(peer.id(), peer));
        if (settings.database() != null) {
            all.remove("agroal"); // it pools connections of its own, and here is the one that pools the database's
            DataSourcePeer.all(settings.database().target(settings.timeoutMillis()))
                    .forEach(peer -> all.put(peer.id(), peer));
        }
        return all;
    }

    /** The same, and those that are measured only if they are named: limits of the machine, and pools in other modes. */
    static Map<String, Peer.Named> nameable(Settings settings) {
        Map<String, Peer.Named> nameable = all(settings);
        if (settings.database() == null) {
            Stream.of(Peers.limits(), Peers.variants(), Peers.bounds())
                    .flatMap(List::stream)
                    .forEach(peer -> nameable.put(peer.id(), peer));
        }
        return nameable;
    }

    /** Those with one of the wanted names, or else those of {@link #all} with a name that begins with it. */
    static Map<String, Peer.Named> chosen(Settings settings, List<String> wanted) {
        Map<String, Peer.Named> nameable = nameable(settings);
        Set<String> usual = all(settings).keySet();
        Map<String, Peer.Named> chosen = new LinkedHashMap<>();
        for (String name : wanted) {
            Map<String, Peer.Named> matches = new LinkedHashMap<>();
            nameable.forEach((typed, peer) -> {
                if (nameable.containsKey(name) ? typed.equals(name) : usual.contains(typed) && typed.startsWith(name)) {
                    matches.put(typed, peer);
                }
            });
            if (matches.isEmpty() || name.isEmpty()) {
                throw new IllegalArgumentException("'" + name + "', expected some of "
                        + String.join(", ", nameable.keySet()) + ", or the beginning of their names");
            }
            chosen.putAll(matches);
        }
        return chosen;
    }
}
