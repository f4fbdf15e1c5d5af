package dev.cenote.console;

import dev.cenote.pool.Pool;
import java.util.List;

/**
 * Builds a {@link Console}. Not thread-safe.
 *
 * @since 0.9.0
 */
public final class ConsoleBuilder {

    private static final int HIGHEST_PORT = 65_535;

    private final List<Pool<?>> pools;
    private int port;
    private boolean operations;

    ConsoleBuilder(List<Pool<?>> pools) {
        this.pools = List.copyOf(pools);
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("pools must be one or more, but there was none");
        }
    }

    /**
     * The port of the loopback address on which the console listens.
     *
     * <p>Default: 0 (any that is free). Range: 0 to 65535.
     *
     * @param port the setting
     * @return this
     * @throws IllegalArgumentException if the port is out of range
     * @since 0.9.0
     */
    public ConsoleBuilder port(int port) {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port must be 0 to " + HIGHEST_PORT + ", but was " + port);
        }
        this.port = port;
        return this;
    }

    /**
     * Whether the page can resize the pool, retire its objects, suspend, resume, drain and warm it up. Then everybody that has the
     * page's address can do so.
     *
     * <p>Default: false. Range: true or false.
     *
     * @param allowed the setting
     * @return this
     * @since 0.9.0
     */
    public ConsoleBuilder operations(boolean allowed) {
        operations = allowed;
        return this;
    }

    /**
     * Opens the console.
     *
     * @return an open console, to be closed by the caller
     * @throws java.io.UncheckedIOException if the port is not free
     * @since 0.9.0
     */
    public Console open() {
        return Console.open(pools, port, operations);
    }
}
