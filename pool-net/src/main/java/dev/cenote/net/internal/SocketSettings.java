package dev.cenote.net.internal;

import dev.cenote.net.Connection;
import dev.cenote.net.ConnectionAction;
import dev.cenote.net.Resolver;
import dev.cenote.pool.Validator;
import java.net.InetAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of a pool are to be like; made by the builder.
 *
 * @param options in the order in which they are set
 * @param tls null for the JVM's
 */
public record SocketSettings(
        Resolver resolver,
        Duration connectTimeout,
        long attemptDelayNanos,
        long readTimeoutNanos,
        long writeTimeoutNanos,
        boolean expectsAnswers,
        @Nullable InetAddress bindAddress,
        Map<SocketOption<?>, Object> options,
        @Nullable SSLContext tls,
        Consumer<? super SSLParameters> tlsParameters,
        List<String> applicationProtocols,
        @Nullable ConnectionAction onConnect,
        @Nullable ConnectionAction onClose,
        @Nullable Validator<? super Connection> ping) {

    /** RFC 8305, section 5: there must never be less between two attempts. */
    public static final Duration LEAST_ATTEMPT_DELAY = Duration.ofMillis(10);

    long connectTimeoutNanos() {
        return TimeUnit.NANOSECONDS.convert(connectTimeout);
    }

    /** A time that a setting gives, zero for ever. */
    public static long nanos(String setting, Duration time) {
        Objects.requireNonNull(time, () -> setting + " must be a duration of zero or longer, but was null");
        if (time.isNegative()) {
            throw new IllegalArgumentException(setting + " must be zero or longer, but was " + time);
        }
        return time.isZero() ? Transport.EVER : TimeUnit.NANOSECONDS.convert(time);
    }

    static Duration time(long nanos) {
        return nanos == Transport.EVER ? Duration.ZERO : Duration.ofNanos(nanos);
    }
}
