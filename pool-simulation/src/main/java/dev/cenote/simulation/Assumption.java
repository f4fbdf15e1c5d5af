package dev.cenote.simulation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a size does to the server, which a recording of one size does not say: what the answer assumes, and the two cases between
 * which it should lie.
 *
 * @param server the assumption
 * @param other the other cases
 * @param text what is assumed, for the reader
 */
record Assumption(Server server, List<Server> other, String text) {

    private static final double DOUBT = 1.5; // of a number of cores that somebody gives

    /** @param cores that the server is said to have; 0 if that is not known */
    static Assumption of(Recording recording, double cores) {
        if (cores > 0) {
            return new Assumption(
                    Server.withCores(cores),
                    List.of(Server.withCores(cores * DOUBT), Server.withCores(Math.max(1, cores / DOUBT))),
                    format(
                            "The server runs %.3g uses at once, as --server-cores says; with more, each takes longer in"
                                    + " proportion. The band is for %.3g to %.3g.",
                            cores, Math.max(1, cores / DOUBT), cores * DOUBT));
        }
        Optional<Scaling> scaling = Scaling.of(recording);
        if (scaling.isPresent()) {
            Scaling fit = scaling.get();
            return new Assumption(
                    fit.server(),
                    List.of(fit.atBest(), fit.atWorst()),
                    format(
                            "Holds grow with the leases that are out by the universal scalability law, fitted to %d"
                                    + " windows with %.3g to %.3g leases: contention %.3g ± %.2g, crosstalk %.3g ± %.2g."
                                    + " The band is for two standard errors less and more. Beyond %.3g leases it is a"
                                    + " guess.",
                            fit.windows(),
                            fit.fewest(),
                            fit.most(),
                            fit.contention(),
                            fit.contentionError(),
                            fit.crosstalk(),
                            fit.crosstalkError(),
                            fit.most()));
        }
        double busy = concurrency(recording);
        return new Assumption(
                Server.unaffected(),
                List.of(Server.withCores(busy)),
                format(
                        "Holds stay as they were recorded, whatever the size: the server has room. The other end of"
                                + " the band is for a server that was at its limit in the recording, with %.3g leases out"
                                + " on average; with more at once, each takes longer in proportion. A server"
                                + " that gets less done with more uses lies outside the band. The recording"
                                + " does not tell: callers came at much the same rate all the time, or too few came."
                                + " --server-cores says how many uses the server runs at once.",
                        busy));
    }

    /** How many leases were out on average while one was; at least 1. */
    private static double concurrency(Recording recording) {
        Calls calls = recording.calls();
        double leased = 0;
        double busy = 0;
        long until = 0;
        for (Integer i : calls.heldByBegin()) {
            long begin = calls.begun(i);
            long end = begin + calls.held[i];
            leased += calls.held[i];
            busy += Math.max(0, end - Math.max(begin, until));
            until = Math.max(until, end);
        }
        return Math.max(1, busy == 0 ? 1 : leased / busy);
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
