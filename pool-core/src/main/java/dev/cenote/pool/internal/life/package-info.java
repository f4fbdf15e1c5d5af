/**
 * How an object comes to be, is looked at, and ends: creates, the circuit breaker, validation, eviction and retirement.
 *
 * <p>Tells {@link dev.cenote.pool.internal.life.SlotEvents} what it has done; what that means for waiters is not decided here.
 */
@NullMarked
package dev.cenote.pool.internal.life;

import org.jspecify.annotations.NullMarked;
