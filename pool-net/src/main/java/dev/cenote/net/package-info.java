/**
 * Pooled socket and TLS connections by address: start at {@link dev.cenote.net.SocketPool#builder}.
 *
 * <p>Parameters and results are never null unless they are marked so.
 */
@NullMarked
package dev.cenote.net;

import org.jspecify.annotations.NullMarked;
