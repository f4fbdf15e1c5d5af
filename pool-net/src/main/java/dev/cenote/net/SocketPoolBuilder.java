package dev.cenote.net;

import dev.cenote.net.internal.DefaultSocketPool;
import dev.cenote.net.internal.PoolSettings;
import dev.cenote.net.internal.SocketSettings;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SocketPool}. Each setting says its default, its range and what it costs. A value out of range is an {@link
 * IllegalArgumentException} that names the setting, the value and the range. Null is a {@link NullPointerException} that names the
 * setting. While the pool runs, only the limits can change ({@link SocketPool#resize}). Not thread-safe; one builder can build several pools.
 *
 * @since 0.9.0
 */
public final class SocketPoolBuilder {

    private final Map<SocketOption<?>, Object> options = new LinkedHashMap<>();
    private String name = "sockets";
    private int maxTotal = 100;
    private int maxPerAddress = 10;
    private int minIdlePerAddress = 0;
    private Duration addressIdleTimeout = Duration.ofMinutes(1);
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration attemptDelay = Duration.ofMillis(250);
    private Duration readTimeout = Duration.ofSeconds(30);
    private Duration writeTimeout = Duration.ofSeconds(30);
    private boolean expectsAnswers = true;
    private Resolver resolver = Resolver.system();
    private @Nullable InetAddress bindAddress;
    private @Nullable SSLContext tls;
    private Consumer<? super SSLParameters> tlsParameters = parameters -> {};
    private List<String> applicationProtocols = List.of();
    private @Nullable ConnectionAction onConnect;
    private @Nullable ConnectionAction onClose;
    private @Nullable Validator<? super Connection> ping;
    private Duration pingIfIdleFor = Duration.ofSeconds(1);
    private BiConsumer<? super Address, ? super PoolBuilder<?>> settings = (address, builder) -> {};

    SocketPoolBuilder() {
        options.put(StandardSocketOptions.TCP_NODELAY, true);
        options.put(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    // --- the pool

    /**
     * The pool's name, in exceptions, logs and thread names. The address is added to it.
     *
     * <p>Default: {@code sockets}. Range: any text that is not blank. Costs nothing.
     *
     * @param name the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder name(String name) {
        if (given("name", name).isBlank()) {
            throw new IllegalArgumentException("name must not be blank, but was '" + name + "'");
        }
        this.name = name;
        return this;
    }

    /**
     * The most connections to all addresses together, those that are being made or closed included. If all places are taken, an idle
     * connection to another address is closed for a caller that waits.
     *
     * <p>Default: 100. Range: 1 to 1,000,000. Costs nothing. Change it with {@link SocketPool#resize}.
     *
     * @param connections the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder maxTotal(int connections) {
        maxTotal = within("maxTotal", connections);
        return this;
    }

    /**
     * The most connections to one address, those that are being made or closed included.
     *
     * <p>Default: 10. Range: 1 to 1,000,000. Costs 16 KiB of buffers a connection, and some 65 KiB with TLS. Change it with
     * {@link SocketPool#resize}.
     *
     * @param connections the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder maxPerAddress(int connections) {
        maxPerAddress = within("maxPerAddress", connections);
        return this;
    }

    /**
     * How many idle connections are kept ready for each address that is used, while places are free.
     *
     * <p>Default: 0. Range: 0 to {@code maxPerAddress}. Costs the connections. Change it with {@link SocketPool#resize}.
     *
     * @param connections the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder minIdlePerAddress(int connections) {
        minIdlePerAddress = connections;
        return this;
    }

    /**
     * An address that has had no connection and no caller for longer is forgotten.
     *
     * <p>Default: 1 min. Range: zero (never) upwards. Costs nothing.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder addressIdleTimeout(Duration time) {
        addressIdleTimeout = zeroOrLonger("addressIdleTimeout", time);
        return this;
    }

    /**
     * How long {@link SocketPool#acquire(Address)} waits, the connect included.
     *
     * <p>Default: 30 s. Range: zero upwards. Costs nothing.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder acquireTimeout(Duration time) {
        acquireTimeout = zeroOrLonger("acquireTimeout", time);
        return this;
    }

    /**
     * Every other setting of the pool of one address: {@code maxLifetime}, {@code idleTimeout}, {@code maxWaiters}, a listener, and so
     * on. Called when the address is first used, on the thread that uses it; it must not use this pool. {@code acquireTimeout},
     * {@code createTimeout}, {@code validateIfIdleFor} and the validator stay this pool's.
     *
     * <p>Default: none. Range: any. Costs nothing.
     *
     * @param settings changes the builder; is given the address
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder settings(BiConsumer<? super Address, ? super PoolBuilder<?>> settings) {
        this.settings = given("settings", settings);
        return this;
    }

    // --- the way there

    /**
     * How long it may take to make a connection. The connect, and the TLS handshake, fail when this time is up. The resolver, {@link
     * #onConnect} and the connect to a Unix domain socket are interrupted 2 s later. The caller waits no longer than its own
     * time-out; a connection that is made after that is there for the next caller.
     *
     * <p>Default: 10 s. Range: longer than zero. Costs nothing.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder connectTimeout(Duration time) {
        if (zeroOrLonger("connectTimeout", time).isZero()) {
            throw new IllegalArgumentException("connectTimeout must be longer than zero, but was " + time);
        }
        connectTimeout = time;
        return this;
    }

    /**
     * How long the connect to one address of a host is given before the next address is tried beside it (RFC 8305). The first that
     * answers is taken. IPv4 and IPv6 addresses take turns. If a connect fails, the next one begins at once, but not within 10 ms
     * of the attempt before.
     *
     * <p>Default: 250 ms. Range: 10 ms upwards. Costs a connect too many, now and then.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder attemptDelay(Duration time) {
        if (given("attemptDelay", time).compareTo(SocketSettings.LEAST_ATTEMPT_DELAY) < 0) {
            throw new IllegalArgumentException("attemptDelay must be 10 ms or longer, but was " + time);
        }
        attemptDelay = time;
        return this;
    }

    /**
     * Finds the addresses of a host. Asked for each connection that is made.
     *
     * <p>Default: {@link Resolver#system}. Range: any. Costs what it does, on the pool's executor.
     *
     * @param resolver the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder resolver(Resolver resolver) {
        this.resolver = given("resolver", resolver);
        return this;
    }

    /**
     * Which address of this machine TCP connections come from.
     *
     * <p>Default: the system chooses. Range: an address of this machine. Costs nothing.
     *
     * @param address the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder bindAddress(InetAddress address) {
        bindAddress = given("bindAddress", address);
        return this;
    }

    /**
     * Sets an option of each socket before it connects: {@link StandardSocketOptions#SO_RCVBUF}, {@link
     * StandardSocketOptions#SO_SNDBUF}, or one of {@code jdk.net.ExtendedSocketOptions}, for example. An option that TCP has and
     * Unix domain sockets have not is set for TCP only, and the other way round.
     *
     * <p>Default: {@code TCP_NODELAY} and {@code SO_KEEPALIVE} are true. Range: an option that the JVM has for {@link
     * SocketChannel}, but {@code SO_LINGER}: the pool decides how a connection is closed. Costs what it does.
     *
     * @param option which one
     * @param value its value
     * @param <T> the kind of value
     * @return this
     * @throws UnsupportedOperationException if the JVM has no such option on this system
     * @throws IllegalArgumentException if it is {@code SO_LINGER}
     * @since 0.9.0
     */
    public <T> SocketPoolBuilder option(SocketOption<T> option, T value) {
        if (given("option", option) == StandardSocketOptions.SO_LINGER) {
            throw new IllegalArgumentException(
                    "option must not be SO_LINGER, since the pool decides how a connection is closed");
        }
        if (!supportedOptions().contains(option)) {
            throw new UnsupportedOperationException(
                    "option must be one of " + supportedOptions() + ", but was " + option);
        }
        options.put(option, given("value of " + option, value));
        return this;
    }

    /**
     * When TCP asks whether the other end is there: after which silence, and how often. After so many questions without an answer
     * the connection is broken. A system that has no such options keeps its own times. The times are whole seconds.
     *
     * <p>Default: those of the system, on Linux 2 h, 75 s, 9. Range: 1 s to 32,767 s for both times, and 1 question upwards. Costs
     * a packet each.
     *
     * @param silence before the first question
     * @param interval between two questions
     * @param questions how many
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder keepAlive(Duration silence, Duration interval, int questions) {
        extendedOption("TCP_KEEPIDLE", seconds("silence", silence));
        extendedOption("TCP_KEEPINTERVAL", seconds("interval", interval));
        if (questions < 1) {
            throw new IllegalArgumentException("questions must be 1 or more, but was " + questions);
        }
        extendedOption("TCP_KEEPCOUNT", questions);
        return this;
    }

    private static int seconds(String setting, Duration time) {
        long seconds = given(setting, time).toSeconds();
        if (seconds < 1 || seconds > Short.MAX_VALUE) {
            throw new IllegalArgumentException(setting + " must be 1 s to 32767 s, but was " + time);
        }
        return (int) seconds;
    }

    /** By name, so that the module jdk.net need not be there. */
    private void extendedOption(String option, int value) {
        supportedOptions().stream().filter(one -> one.name().equals(option)).forEach(one -> options.put(one, value));
    }

    private static Set<SocketOption<?>> supportedOptions() {
        try (SocketChannel tcp = SocketChannel.open();
                SocketChannel unix = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Set<SocketOption<?>> both = new LinkedHashSet<>(tcp.supportedOptions());
            both.addAll(unix.supportedOptions());
            return both;
        } catch (IOException e) {
            throw new UncheckedIOException("no socket can be opened to see which options it has", e);
        }
    }

    // --- TLS

    /**
     * The keys and trusted certificates of connections to {@linkplain Address#tls TLS addresses}. The server's certificate must be
     * for the address's host.
     *
     * <p>Default: {@link SSLContext#getDefault}. Range: any. Costs a handshake a connection.
     *
     * @param context the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder tls(SSLContext context) {
        tls = given("tls", context);
        return this;
    }

    /**
     * Changes what is asked for in the TLS handshake: versions, cipher suites, server names. It is given parameters that already
     * have host name verification and {@link #applicationProtocols}.
     *
     * <p>Default: none. Range: any. Costs nothing.
     *
     * @param change changes the parameters; called for each connection
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder tlsParameters(Consumer<? super SSLParameters> change) {
        tlsParameters = given("tlsParameters", change);
        return this;
    }

    /**
     * What ALPN offers in the TLS handshake, the preferred first. {@link Connection#applicationProtocol} says what the server chose.
     *
     * <p>Default: none. Range: any names. Costs nothing.
     *
     * @param protocols for example {@code h2} and {@code http/1.1}
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder applicationProtocols(String... protocols) {
        applicationProtocols = Arrays.stream(given("applicationProtocols", protocols))
                .map(protocol -> given("a protocol of applicationProtocols", protocol))
                .toList();
        return this;
    }

    // --- use

    /**
     * How long a read waits. {@link Connection#readTimeout(Duration)} changes it for one lease.
     *
     * <p>Default: 30 s. Range: zero (for ever) upwards; kept to the millisecond. Costs nothing.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder readTimeout(Duration time) {
        readTimeout = zeroOrLonger("readTimeout", time);
        return this;
    }

    /**
     * How long a write waits while nothing can be sent, since the server does not read.
     *
     * <p>Default: 30 s. Range: zero (for ever) upwards; kept to the millisecond. Costs nothing.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder writeTimeout(Duration time) {
        writeTimeout = zeroOrLonger("writeTimeout", time);
        return this;
    }

    /**
     * Whether the server answers each request. If so, a connection whose holder wrote last and read nothing after it is not leased
     * again: its answer may still come, and would be the next holder's. Set it to false for a protocol whose last word is the
     * client's.
     *
     * <p>Default: true. Range: true or false. Costs nothing.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder expectsAnswers(boolean yes) {
        expectsAnswers = yes;
        return this;
    }

    /**
     * What is done with a new connection before anybody gets it: read a greeting, authenticate. If it throws, no connection was
     * made. It has to read all that it has asked for: once it has read something, bytes that come before the first lease make the
     * connection unfit.
     *
     * <p>Default: none. Range: any. Costs what it does, on the pool's executor.
     *
     * @param action the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder onConnect(ConnectionAction action) {
        onConnect = given("onConnect", action);
        return this;
    }

    /**
     * What is done with a connection that is well before it is closed: a good-bye. A connection that is broken, that the
     * server has closed, or on which bytes lie that nobody asked for, is closed without it.
     *
     * <p>Default: none. Range: any. Costs what it does, on the pool's executor; the connection's place is free after that.
     *
     * @param action the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder onClose(ConnectionAction action) {
        onClose = given("onClose", action);
        return this;
    }

    /**
     * Asks the server whether it is well, in the words of its protocol. It is asked before a connection is lent that was idle
     * for longer than {@link #pingIfIdleFor}, and after a holder has reported a fault ({@link
     * dev.cenote.pool.Lease#invalidate(Throwable)}). Every connection is looked at without a round trip, with or without a ping.
     *
     * <p>Default: none. Range: any; it has to read the whole answer. Costs a round trip, on the pool's executor.
     *
     * @param ping returns false, or throws, if the connection should be closed
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder ping(Validator<? super Connection> ping) {
        this.ping = given("ping", ping);
        return this;
    }

    /**
     * With a ping: a connection that was idle for longer is asked before it is lent. See {@link
     * PoolBuilder#validateIfIdleFor}.
     *
     * <p>Default: 1 s. Range: zero upwards. Costs a round trip each time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public SocketPoolBuilder pingIfIdleFor(Duration time) {
        pingIfIdleFor = zeroOrLonger("pingIfIdleFor", time);
        return this;
    }

    /**
     * Opens a pool with these settings. Connections are made when they are needed.
     *
     * @return a running pool, to be closed by the caller
     * @throws IllegalArgumentException if the limits do not fit together
     * @since 0.9.0
     */
    public SocketPool build() {
        if (minIdlePerAddress < 0 || minIdlePerAddress > maxPerAddress) {
            throw new IllegalArgumentException("minIdlePerAddress must be 0 to maxPerAddress (" + maxPerAddress
                    + "), but was " + minIdlePerAddress);
        }
        SocketSettings connections = new SocketSettings(
                resolver,
                connectTimeout,
                SocketSettings.nanos("attemptDelay", attemptDelay),
                SocketSettings.nanos("readTimeout", readTimeout),
                SocketSettings.nanos("writeTimeout", writeTimeout),
                expectsAnswers,
                bindAddress,
                new LinkedHashMap<>(options),
                tls,
                tlsParameters,
                applicationProtocols,
                onConnect,
                onClose,
                ping);
        return new DefaultSocketPool(
                connections,
                new PoolSettings(
                        name,
                        new KeyedPoolLimits(maxTotal, maxPerAddress, minIdlePerAddress),
                        addressIdleTimeout,
                        acquireTimeout,
                        pingIfIdleFor,
                        settings));
    }

    private static int within(String setting, int connections) {
        if (connections < 1 || connections > 1_000_000) {
            throw new IllegalArgumentException(setting + " must be 1 to 1000000, but was " + connections);
        }
        return connections;
    }

    private static <V> V given(String setting, @Nullable V value) {
        return Objects.requireNonNull(value, () -> setting + " must be given, but was null");
    }

    private static Duration zeroOrLonger(String setting, @Nullable Duration time) {
        Duration given = given(setting, time);
        if (given.isNegative()) {
            throw new IllegalArgumentException(setting + " must be zero or longer, but was " + given);
        }
        return given;
    }
}
