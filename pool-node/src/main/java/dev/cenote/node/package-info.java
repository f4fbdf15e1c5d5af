/**
 * The node protocol: requests, one JSON object on each line, that ask a pool for places.
 *
 * <p>{@code Main}, on standard streams, and {@code TcpServer} hand lines to a {@code Node}. The node reads them with {@code
 * Messages} and carries them out on {@code Places}. Only {@code Places} knows the pool.
 */
@NullMarked
package dev.cenote.node;

import org.jspecify.annotations.NullMarked;
