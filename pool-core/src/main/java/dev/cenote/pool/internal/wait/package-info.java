/**
 * Those who wait: the queue, its gate, and what becomes of each waiter.
 *
 * <p>Uses {@code run}, {@code slot} and {@code stats}.
 */
@NullMarked
package dev.cenote.pool.internal.wait;

import org.jspecify.annotations.NullMarked;
