package dev.cenote.pool;

/**
 * The limits of a {@link KeyedPool} that can change while it runs ({@link KeyedPool#resize}).
 *
 * @param maxTotal the most objects that may exist for all keys together, those being made or destroyed included; 1 to 1,000,000
 * @param maxPerKey the most objects that may exist for one key; 1 to 1,000,000
 * @param minIdlePerKey how many idle objects are kept ready for each key that is in use, as far as the other limits allow; 0 to
 *     {@code maxPerKey}
 * @since 0.9.0
 */
public record KeyedPoolLimits(int maxTotal, int maxPerKey, int minIdlePerKey) {

    /**
     * Checks the ranges.
     *
     * @param maxTotal 1 to 1,000,000
     * @param maxPerKey 1 to 1,000,000
     * @param minIdlePerKey 0 to {@code maxPerKey}
     * @since 0.9.0
     */
    public KeyedPoolLimits {
        within("maxTotal", 1, maxTotal);
        within("maxPerKey", 1, maxPerKey);
        if (minIdlePerKey < 0 || minIdlePerKey > maxPerKey) {
            throw new IllegalArgumentException(
                    "minIdlePerKey must be 0 to maxPerKey (" + maxPerKey + "), but was " + minIdlePerKey);
        }
    }

    private static void within(String setting, int least, int value) {
        if (value < least || value > PoolLimits.LARGEST_SIZE) {
            throw new IllegalArgumentException(
                    setting + " must be " + least + " to " + PoolLimits.LARGEST_SIZE + ", but was " + value);
        }
    }

    /**
     * The same with another {@code maxTotal}.
     *
     * @param total the new maximum
     * @return new limits
     * @since 0.9.0
     */
    public KeyedPoolLimits withMaxTotal(int total) {
        return new KeyedPoolLimits(total, maxPerKey, minIdlePerKey);
    }

    /**
     * The same with another {@code maxPerKey}.
     *
     * @param size the new maximum
     * @return new limits
     * @since 0.9.0
     */
    public KeyedPoolLimits withMaxPerKey(int size) {
        return new KeyedPoolLimits(maxTotal, size, minIdlePerKey);
    }

    /**
     * The same with another {@code minIdlePerKey}.
     *
     * @param idle the new minimum
     * @return new limits
     * @since 0.9.0
     */
    public KeyedPoolLimits withMinIdlePerKey(int idle) {
        return new KeyedPoolLimits(maxTotal, maxPerKey, idle);
    }
}
