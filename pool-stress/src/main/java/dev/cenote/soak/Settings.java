package dev.cenote.soak;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.Random;

/**
 * The settings of one pool: half of the pools have the plain fast path, the others draw from what there is.
 *
 * @param isPlain nothing that makes an acquire or a release longer
 * @param resets whether the factory resets
 * @param maxLeaseTime zero for none
 * @param leakThreshold zero for none
 * @param maxWaiters few, now and then
 * @param minIdle up to the size
 * @param hasLifetime whether objects end after half a second
 * @param seed of what is left
 */
record Settings(
        boolean isPlain,
        boolean resets,
        Duration maxLeaseTime,
        Duration leakThreshold,
        int maxWaiters,
        int minIdle,
        boolean hasLifetime,
        long seed) {

    static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);
    static final Duration CREATE_TIMEOUT = Duration.ofMillis(400);
    static final Duration DESTROY_TIMEOUT = Duration.ofMillis(400);
    static final Duration VALIDATION_TIMEOUT = Duration.ofMillis(150);

    static Settings draw(Random random, boolean isPlain, int size) {
        return new Settings(
                isPlain,
                !isPlain && random.nextInt(3) == 0,
                !isPlain && random.nextInt(3) == 0 ? Duration.ofMillis(1000) : Duration.ZERO,
                !isPlain && random.nextBoolean() ? Duration.ofMillis(100) : Duration.ZERO,
                random.nextInt(6) == 0 ? 2 : 100_000,
                random.nextInt(3) == 0 ? random.nextInt(size) + 1 : 0,
                random.nextInt(3) == 0,
                random.nextLong());
    }

    /** Whether an object that is released is fit for the next holder as it is. */
    boolean servesAtOnce() {
        return isPlain && !hasLifetime;
    }

    void applyTo(PoolBuilder<Thing> builder, FaultyFactory factory) {
        Random random = new Random(seed);
        builder.acquireTimeout(ACQUIRE_TIMEOUT)
                .createTimeout(CREATE_TIMEOUT)
                .destroyTimeout(DESTROY_TIMEOUT)
                .minIdle(minIdle)
                .maxWaiters(maxWaiters)
                .maxLeaseTime(maxLeaseTime)
                .leakThreshold(leakThreshold)
                .fairness(random.nextBoolean() ? Fairness.STRICT : Fairness.eventual(Duration.ofMillis(1)))
                .idleOrder(random.nextInt(3) == 0 ? IdleOrder.FIFO : IdleOrder.LIFO)
                .idleTimeout(random.nextBoolean() ? Duration.ofMillis(200) : Duration.ZERO)
                .maxLifetime(hasLifetime ? Duration.ofMillis(500) : Duration.ZERO)
                .maxConcurrentCreates(1 + random.nextInt(4))
                .failFastAfter(Duration.ofSeconds(random.nextBoolean() ? 1 : 60))
                .validationTimeout(VALIDATION_TIMEOUT);
        if (isPlain) {
            return;
        }
        builder.maxUses(random.nextInt(3) == 0 ? 10_000 : 0);
        if (random.nextInt(4) > 0) {
            builder.validator(factory::isValid)
                    .validateOnCreate(random.nextInt(3) == 0)
                    .validateOnRelease(random.nextInt(6) == 0)
                    .validateIfIdleFor(Duration.ofMillis(random.nextInt(4) == 0 ? 0 : 40))
                    .keepaliveTime(random.nextBoolean() ? Duration.ofMillis(50) : Duration.ZERO);
        }
    }
}
