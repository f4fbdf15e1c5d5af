package dev.cenote.pool;

/** Lets the engine's tests build settings without opening a pool. */
public final class Settings {

    private Settings() {}

    public static <T> PoolConfig<T> of(PoolBuilder<T> builder) {
        return builder.config();
    }
}
