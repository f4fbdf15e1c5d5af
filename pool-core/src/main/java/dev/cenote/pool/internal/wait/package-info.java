/**
 * Callers that wait: the queue, its gate, and the outcome of each wait.
 *
 * <p>Uses {@code run}, {@code slot} and {@code stats}.
 */
@NullMarked
package dev.cenote.pool.internal.wait;

import org.jspecify.annotations.NullMarked;
