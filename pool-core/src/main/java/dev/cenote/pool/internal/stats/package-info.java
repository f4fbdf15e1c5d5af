/**
 * What is counted and told: counters, the histogram of waits, and the listener.
 *
 * <p>Uses {@code run} only.
 */
@NullMarked
package dev.cenote.pool.internal.stats;

import org.jspecify.annotations.NullMarked;
