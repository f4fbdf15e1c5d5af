/**
 * What runs, and when: the pool's lock, its threads and tasks, the alarm of its housekeeper, and the arithmetic of times.
 *
 * <p>Knows nothing of objects, slots or waiters.
 */
@NullMarked
package dev.cenote.pool.internal.run;

import org.jspecify.annotations.NullMarked;
