package dev.cenote.simulation;

import java.util.Locale;

/**
 * How long a use takes while others run, beside how long it takes alone: by the universal scalability law of Neil Gunther
 * ("Guerrilla Capacity Planning", 2007), or by a number of cores. A pool's size decides how many run at once, so it decides that,
 * too.
 *
 * @param cores so many uses run without holding each other up; with more, each takes longer in proportion; infinite for no limit
 * @param contention the law's sigma: the share of a use that only one can do at a time; 0 upwards
 * @param crosstalk the law's kappa: what each use pays for each other one; 0 upwards
 * @param name what it is, for the report
 */
record Server(double cores, double contention, double crosstalk, String name) {

    /** Uses do not hold each other up. */
    static Server unaffected() {
        return new Server(Double.POSITIVE_INFINITY, 0, 0, "holds stay as they were recorded");
    }

    static Server withCores(double cores) {
        return new Server(
                cores,
                0,
                0,
                String.format(Locale.ROOT, "the server runs %.3g uses at once; with more, each takes longer", cores));
    }

    static Server scaling(double contention, double crosstalk) {
        return new Server(
                Double.POSITIVE_INFINITY,
                contention,
                crosstalk,
                String.format(
                        Locale.ROOT,
                        "universal scalability law with contention %.3g and crosstalk %.3g",
                        contention,
                        crosstalk));
    }

    /** How much longer a use takes while so many run, itself included. */
    double stretch(double running) {
        double others = Math.max(0, running - 1);
        return Math.max(1, running / cores) * (1 + contention * others + crosstalk * running * others);
    }

    boolean isAffected() {
        return stretch(1e6) > 1;
    }
}
