package dev.cenote.pool.internal.keyed;

/**
 * When a pool has used its turn up, while others wait for one of its objects.
 *
 * <p>The turns are those of deficit round robin (M. Shreedhar and G. Varghese, "Efficient Fair Queuing using Deficit Round
 * Robin", 1995), with one deficit for all: what counts is how long the hungry have waited, not which pool made them wait.
 *
 * <p>Guarded by the budget's lock.
 */
final class Turns {

    /** So many leases, each divided by its pool's weight, are given out between two conversions. */
    static final int QUANTUM = 8;

    private static final double ROUNDING = 1e-9;

    private double leases; // since the last conversion, each divided by its pool's weight

    /** A lease was given out while others were hungry. */
    void count(Account it) {
        leases += 1.0 / it.weight;
        it.used++;
    }

    /** Tells whether the account must give up an object for the next one, if that leaves it so many. */
    boolean isOver(Account it, Account next, int staying) {
        return leases >= QUANTUM - ROUNDING && it.owes(next, staying);
    }

    /** An object goes: the next turn begins. */
    void begin(Account it) {
        leases = 0;
        it.used = 0;
    }
}
