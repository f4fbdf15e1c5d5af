package dev.cenote.pool.internal.life;

import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Nanos;
import java.util.random.RandomGenerator;

/** How long each new object lives, and how soon it is kept alive: by chance a bit off what is set, so that not all fall together. */
final class Lifetimes {

    private final long maxLifetimeNanos;
    private final double jitter;
    private final long keepaliveNanos;
    private final RandomGenerator random;

    Lifetimes(PoolConfig<?> config, RandomGenerator random) {
        maxLifetimeNanos = Nanos.nanosOrNever(config.maxLifetime());
        jitter = config.lifetimeJitter();
        keepaliveNanos = Nanos.nanosOrNever(config.keepaliveTime());
        this.random = random;
    }

    /** In nanoseconds. */
    long life() {
        return Nanos.jittered(maxLifetimeNanos, jitter, random);
    }

    /** In nanoseconds, from its last use or check. */
    long timeToKeepalive() {
        return Nanos.aboutAsLong(keepaliveNanos, random);
    }
}
