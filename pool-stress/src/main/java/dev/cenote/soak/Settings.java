package dev.cenote.soak;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.Random;

/**
 * The settings of one pool: half of the pools have the plain fast path, the others draw from what there is.
 *
 * @param size how many objects: only one or two in some of those that have a validator
 * @param isPlain nothing that makes an acquire or a release longer
 * @param resets whether the factory resets
 * @param maxLeaseTime zero for none
 * @param leakThreshold zero for none
 * @param executor what executor it is given
 * @param maxDestroys how many objects may be destroyed at once
 * @param hasValidator whether idle objects are validated
 * @param validatesOnCreate whether new ones are, too
 * @param validatesOnRelease whether those that are released are, too
 * @param maxWaiters few, now and then
 * @param minIdle up to the size
 * @param hasLifetime whether objects end after half a second
 * @param seed of what is left
 */
record Settings(
        int size,
        boolean isPlain,
        boolean resets,
        Duration maxLeaseTime,
        Duration leakThreshold,
        GivenExecutor.Kind executor,
        int maxDestroys,
        boolean hasValidator,
        boolean validatesOnCreate,
        boolean validatesOnRelease,
        int maxWaiters,
        int minIdle,
        boolean hasLifetime,
        long seed) {

    static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);
    static final Duration CREATE_TIMEOUT = Duration.ofMillis(400);
    static final Duration DESTROY_TIMEOUT = Duration.ofMillis(400);
    static final Duration VALIDATION_TIMEOUT = Duration.ofMillis(150);
    /** After that a task begins that the executor it was given to has not begun. */
    static final Duration TASK_DELAY = Duration.ofMillis(500);

    private static final int DEFAULT_MAX_DESTROYS = 16;

    /** @param number the pool's */
    static Settings draw(Random random, int number, int usualSize) {
        boolean isPlain = isPlain(number);
        boolean hasValidator = !isPlain && random.nextInt(4) > 0;
        boolean isSmall = hasValidator && random.nextInt(3) == 0;
        int size = isSmall ? Math.min(usualSize, 1 + random.nextInt(2)) : usualSize;
        return new Settings(
                size,
                isPlain,
                !isPlain && random.nextInt(3) == 0,
                !isPlain && random.nextInt(3) == 0 ? Duration.ofMillis(1000) : Duration.ZERO,
                !isPlain && random.nextBoolean() ? Duration.ofMillis(100) : Duration.ZERO,
                drawExecutor(random, number),
                !isPlain && random.nextInt(3) == 0 ? 2 + random.nextInt(2) : DEFAULT_MAX_DESTROYS,
                hasValidator,
                hasValidator && random.nextInt(3) == 0,
                hasValidator && random.nextInt(6) == 0,
                random.nextInt(6) == 0 ? 2 : 100_000,
                random.nextInt(3) == 0 ? random.nextInt(size) + 1 : 0,
                random.nextInt(3) == 0,
                random.nextLong());
    }

    /** One of those that there are: in turn, or for a plain pool at random, and none for most of these. */
    private static GivenExecutor.Kind drawExecutor(Random random, int number) {
        GivenExecutor.Kind[] kinds = GivenExecutor.Kind.values();
        if (isPlain(number)) {
            return random.nextInt(3) == 0 ? kinds[random.nextInt(kinds.length)] : GivenExecutor.Kind.NONE;
        }
        return kinds[number / 2 % kinds.length];
    }

    private static boolean isPlain(int number) {
        return number % 2 == 1;
    }

    /** Whether it has so few objects that a few checks that hang use up all threads that the pool may have. */
    private boolean isSmall() {
        return size <= 2;
    }

    /** Whether the user's code may run on the thread that acquires or releases. */
    boolean runsOnCaller() {
        return executor == GivenExecutor.Kind.IN_PLACE || validatesOnRelease;
    }

    /** How much longer a close may take, since each task may begin so late. */
    Duration delayOfClose() {
        int turns = (size + maxDestroys - 1) / maxDestroys;
        return executor == GivenExecutor.Kind.NONE ? Duration.ZERO : TASK_DELAY.multipliedBy(turns);
    }

    /** Whether an object that is released is fit for the next holder as it is. */
    boolean servesAtOnce() {
        return isPlain && !hasLifetime;
    }

    void applyTo(PoolBuilder<Thing> builder, FaultyFactory factory, GivenExecutor given) {
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
                .maxConcurrentDestroys(maxDestroys)
                .validationTimeout(VALIDATION_TIMEOUT);
        if (executor != GivenExecutor.Kind.NONE) {
            builder.executor(given);
        }
        if (isPlain) {
            return;
        }
        builder.maxUses(random.nextInt(3) == 0 ? 10_000 : 0);
        if (hasValidator) {
            builder.validator(factory::isValid)
                    .validateOnCreate(validatesOnCreate)
                    .validateOnRelease(validatesOnRelease)
                    .validateIfIdleFor(Duration.ofMillis(isSmall() || random.nextInt(4) == 0 ? 0 : 40))
                    .keepaliveTime(random.nextBoolean() ? Duration.ofMillis(50) : Duration.ZERO);
        }
    }
}
