package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.run.Alarm;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Small pools for the races: objects are made and destroyed in place, and the housekeeper runs when it is told to. */
final class Pools {

    /** Longer than any race. */
    static final Duration LONG = Duration.ofHours(1);

    private static final PoolConfig<Object> ONE = builder(new Plain()).config();

    private Pools() {}

    static DefaultPool<Object> ofOne() {
        return Opening.inPlace(ONE, new Never());
    }

    static DefaultPool<Object> of(PoolBuilder<Object> builder) {
        return Opening.inPlace(builder.config(), new Never());
    }

    static PoolLimits limits(int maxSize) {
        return new PoolLimits(maxSize, 0, 0);
    }

    static PoolBuilder<Object> builder() {
        return builder(new Plain());
    }

    static PoolBuilder<Object> builder(Factory<Object> factory) {
        return Pool.builder(factory).maxSize(1).executor(Runnable::run);
    }

    /**
     * Between two steps of a broken variant, so that the other actor comes between them often; that one waits for half as
     * long before its step and after it, lest it run ahead.
     */
    static void gap() {
        halfGap();
        halfGap();
    }

    static void halfGap() {
        for (int i = 0; i < 4; i++) {
            Thread.onSpinWait();
        }
    }

    /** Lets a random time pass, so that the other actor's step, which takes about as long, is hit anywhere. */
    static void linger(int mostNanos) {
        long end = System.nanoTime() + ThreadLocalRandom.current().nextInt(mostNanos);
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** A clock that goes on when it is told to. */
    static final class Clock implements Ticker {
        private volatile long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        void advance(Duration time) {
            nanos += time.toNanos();
        }
    }

    private static final class Plain implements Factory<Object> {
        @Override
        public Object create() {
            return new Object();
        }

        @Override
        public boolean resets() {
            return false; // known without a search for the method, which takes longer than a race
        }
    }

    static final class Never implements Alarm {
        @Override
        public void noLaterThan(long instant) {}

        @Override
        public void next(long instant) {}

        @Override
        public long lateness(long now) {
            return 0;
        }
    }
}
