package dev.cenote.latency;

import java.util.concurrent.locks.LockSupport;

/** The clock by which callers go. */
interface Time {

    Time SYSTEM = new Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos) {
            for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
                LockSupport.parkNanos(left);
            }
        }
    };

    long nanos();

    /** Comes back then, or somewhat later. */
    void sleepUntil(long nanos);
}
