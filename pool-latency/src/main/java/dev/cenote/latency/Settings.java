package dev.cenote.latency;

/**
 * What is measured, alike for each pool.
 *
 * @param threads callers
 * @param isVirtual whether they are virtual threads
 * @param size the most objects in the pool
 * @param workNanos how long a caller computes with what it holds
 * @param pauseNanos how long it then sleeps with it
 * @param isYielding whether it then lets other threads run ({@link Thread#yield})
 * @param warmUpSeconds not recorded
 * @param seconds recorded
 * @param rate requests a second of all callers together; 0 for a closed loop
 * @param timeoutMillis how long an acquire may take
 * @param database what the objects are connections to; null for plain objects
 */
record Settings(
        int threads,
        boolean isVirtual,
        int size,
        long workNanos,
        long pauseNanos,
        boolean isYielding,
        double warmUpSeconds,
        double seconds,
        double rate,
        long timeoutMillis,
        Database database) {

    boolean isOpenLoop() {
        return rate > 0;
    }

    /** The same without what should not be shown. */
    Settings shown() {
        return new Settings(
                threads,
                isVirtual,
                size,
                workNanos,
                pauseNanos,
                isYielding,
                warmUpSeconds,
                seconds,
                rate,
                timeoutMillis,
                database == null ? null : database.shown());
    }
}
