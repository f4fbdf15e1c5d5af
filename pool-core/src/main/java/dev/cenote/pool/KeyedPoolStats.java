package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.util.Map;

/**
 * A picture of a {@link KeyedPool}. The keys are looked at one after the other, so the numbers of different keys are of different
 * moments; those of one key are consistent in themselves. Keys that were dropped still count in the history.
 *
 * @param name the name of the pool
 * @param maxTotal the most objects that may exist for all keys together
 * @param keys how many keys have a pool at the moment
 * @param keysOpened how many key's pools were opened so far
 * @param keysDropped how many were dropped so far, because they were empty and not used
 * @param total all keys together; its {@code maxSize} is {@code maxTotal}
 * @param busiest the keys that have given out the most leases, the busiest first, at most {@link
 *     KeyedPoolBuilder#statsForBusiest}; the texts are those of the keys
 * @param rest all other keys together
 * @serial exclude
 * @since 0.9.0
 */
public record KeyedPoolStats(
        String name,
        int maxTotal,
        int keys,
        long keysOpened,
        long keysDropped,
        PoolStats total,
        Map<String, PoolStats> busiest,
        PoolStats rest)
        implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;
}
