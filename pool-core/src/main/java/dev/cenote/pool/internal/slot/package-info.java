/**
 * Where objects are: the slots and the word that says who owns each, the store of idle ones, and the hints of threads.
 *
 * <p>Uses {@code run} only.
 */
@NullMarked
package dev.cenote.pool.internal.slot;

import org.jspecify.annotations.NullMarked;
