/** Meters of pools for Micrometer. Begin with {@link dev.cenote.micrometer.PoolMetrics}. */
@NullMarked
package dev.cenote.micrometer;

import org.jspecify.annotations.NullMarked;
