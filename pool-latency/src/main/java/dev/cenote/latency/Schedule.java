package dev.cenote.latency;

/**
 * When requests are due: at fixed distances, each caller in its turn.
 *
 * @param begin of the warm-up
 * @param from of what is recorded
 * @param to its end
 * @param callers who share the rate
 * @param rate requests a second; 0 for a closed loop, where the next request is due when the last one has ended
 */
record Schedule(long begin, long from, long to, int callers, double rate) {

    static final int WARM_UP = 0;
    static final int RECORDED = 1;

    static Schedule of(Settings settings, long begin) {
        long from = begin + (long) (settings.warmUpSeconds() * 1e9);
        return new Schedule(begin, from, from + (long) (settings.seconds() * 1e9), settings.threads(), settings.rate());
    }

    boolean isOpenLoop() {
        return rate > 0;
    }

    /** When a caller's request of this number is due. */
    long due(int caller, long number) {
        return begin + (long) (((double) number * callers + caller) * 1e9 / rate);
    }

    /**
     * WARM_UP for what is due in the warm-up, RECORDED for what is recorded and later. There is no branch, so that no compiler leaves out
     * the one that is not taken before the recording begins.
     */
    int part(long due) {
        return 1 + (int) ((due - from) >> (Long.SIZE - 1));
    }

    boolean isOver(long instant) {
        return instant - to >= 0;
    }
}
