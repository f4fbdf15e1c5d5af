/**
 * The node protocol: requests, one JSON object a line, that ask a pool for places.
 *
 * <p>{@code Main}, on standard streams, and {@code TcpServer} hand lines to a {@code Node}, which
 * reads them with {@code Messages} and carries them out on {@code Places}, the only class that knows the pool.
 */
@NullMarked
package dev.cenote.node;

import org.jspecify.annotations.NullMarked;
