package dev.cenote.net.internal;

import dev.cenote.net.Address;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * What a pool is to be like, its connections aside; made by the builder.
 *
 * @param more the settings of the user's own for the pool of one address
 */
public record PoolSettings(
        String name,
        KeyedPoolLimits limits,
        Duration addressIdleTimeout,
        Duration acquireTimeout,
        Duration pingIfIdleFor,
        BiConsumer<? super Address, ? super PoolBuilder<?>> more) {}
