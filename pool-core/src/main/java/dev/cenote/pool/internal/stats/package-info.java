/**
 * What is counted and told: counters, histograms of times, and what the log, the listener and the flight recorder learn. Also the
 * tape of a recording, and the adaptive limit.
 *
 * <p>Uses {@code run} and {@code slot} only.
 */
@NullMarked
package dev.cenote.pool.internal.stats;

import org.jspecify.annotations.NullMarked;
