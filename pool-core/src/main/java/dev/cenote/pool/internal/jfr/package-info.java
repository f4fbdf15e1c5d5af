/**
 * The events of Java Flight Recorder. Only {@code FlightRecorders} may be used before it is known that there is one.
 *
 * <p>Uses {@code run} and {@code stats}.
 */
@NullMarked
package dev.cenote.pool.internal.jfr;

import org.jspecify.annotations.NullMarked;
