package dev.cenote.net;

import java.time.Duration;

/** Pools with an hour for everything that has a time-out: what such a pool does within a test, no time-out has done. */
final class Patience {

    private static final Duration LONG = Duration.ofHours(1);

    private Patience() {}

    static SocketPoolBuilder builder() {
        return SocketPool.builder()
                .acquireTimeout(LONG)
                .connectTimeout(LONG)
                .attemptDelay(LONG)
                .readTimeout(LONG)
                .writeTimeout(LONG)
                .pingIfIdleFor(LONG);
    }
}
