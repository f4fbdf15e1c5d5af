package dev.cenote.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses of a host. Asked once for each connection that is made.
 *
 * @since 0.9.0
 */
@FunctionalInterface
public interface Resolver {

    /**
     * Finds the addresses of a host, the preferred first.
     *
     * @param host a name or a literal address
     * @return the addresses, at least one
     * @throws UnknownHostException if there is none
     * @since 0.9.0
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /**
     * Asks the JVM ({@link InetAddress#getAllByName}), which keeps an answer for 30 s unless the security property {@code
     * networkaddress.cache.ttl} says otherwise.
     *
     * @return the resolver
     * @since 0.9.0
     */
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
