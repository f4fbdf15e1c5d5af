package dev.cenote.pool.internal.life;

import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Nanos;
import java.util.random.RandomGenerator;

/** Gives each object a random lifetime and keepalive time near the configured ones, so that not all are due at once. */
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
