/**
 * A pool of Jedis' over a Cenote pool. It needs Jedis, which {@code cenote-commons} does not bring.
 *
 * <p>Parameters and results are never null unless they are marked so.
 */
@NullMarked
package dev.cenote.commons.jedis;

import org.jspecify.annotations.NullMarked;
