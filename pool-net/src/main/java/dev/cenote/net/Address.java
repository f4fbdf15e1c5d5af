package dev.cenote.net;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes, and whether it speaks TLS: the key of a {@link SocketPool}. A host is kept as a name, and is resolved
 * whenever a connection is made. Immutable; two addresses are equal if they say the same, host names without regard to case.
 *
 * @since 0.9.0
 */
public final class Address {

    private final String host;
    private final int port;
    private final @Nullable Path path;
    private final boolean isTls;

    private Address(String host, int port, @Nullable Path path, boolean isTls) {
        this.host = host;
        this.port = port;
        this.path = path;
        this.isTls = isTls;
    }

    /**
     * A plain TCP address.
     *
     * @param host a name, or a literal IPv4 or IPv6 address (with or without brackets); not blank
     * @param port 1 to 65535
     * @return the address
     * @throws IllegalArgumentException if the host is blank or the port out of range
     * @since 0.9.0
     */
    public static Address of(String host, int port) {
        return new Address(host(host), port(port), null, false);
    }

    /**
     * A TCP address whose connections speak TLS. The host is the name that the server's certificate has to be for.
     *
     * @param host a name, or a literal IPv4 or IPv6 address (with or without brackets); not blank
     * @param port 1 to 65535
     * @return the address
     * @throws IllegalArgumentException if the host is blank or the port out of range
     * @since 0.9.0
     */
    public static Address tls(String host, int port) {
        return new Address(host(host), port(port), null, true);
    }

    /**
     * A Unix domain socket.
     *
     * @param path the socket's file
     * @return the address
     * @since 0.9.0
     */
    public static Address unix(Path path) {
        Objects.requireNonNull(path, "path must be the file of a Unix domain socket, but was null");
        return new Address(path.toString(), -1, path, false);
    }

    private static String host(String host) {
        Objects.requireNonNull(host, "host must be a host name, but was null");
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.isBlank()) {
            throw new IllegalArgumentException("host must not be blank, but was '" + host + "'");
        }
        return bare.toLowerCase(Locale.ROOT);
    }

    private static int port(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535, but was " + port);
        }
        return port;
    }

    /**
     * The host's name in lower case, or the path of a Unix domain socket.
     *
     * @return the host
     * @since 0.9.0
     */
    public String host() {
        return host;
    }

    /**
     * The port.
     *
     * @return the port; -1 for a Unix domain socket
     * @since 0.9.0
     */
    public int port() {
        return port;
    }

    /**
     * The file of a Unix domain socket.
     *
     * @return the path; null for a TCP address
     * @since 0.9.0
     */
    public @Nullable Path path() {
        return path;
    }

    /**
     * Tells whether connections speak TLS.
     *
     * @return true if they do
     * @since 0.9.0
     */
    public boolean isTls() {
        return isTls;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Address that
                && port == that.port
                && isTls == that.isTls
                && host.equals(that.host)
                && Objects.equals(path, that.path);
    }

    @Override
    public int hashCode() {
        return (host.hashCode() * 31 + port) * 31 + Boolean.hashCode(isTls);
    }

    /**
     * As it is written in messages: {@code db:5432}, {@code tls://[::1]:443} or {@code unix:/run/db.sock}.
     *
     * @since 0.9.0
     */
    @Override
    public String toString() {
        if (path != null) {
            return "unix:" + path;
        }
        return (isTls ? "tls://" : "") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
