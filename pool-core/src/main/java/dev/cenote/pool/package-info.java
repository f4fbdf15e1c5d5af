/**
 * A generic object pool: strictly fair, bounded, and fast.
 *
 * <p>Start at {@link dev.cenote.pool.Pool#builder}. One word an idea: one <i>acquires</i> a {@link
 * dev.cenote.pool.Lease} and <i>releases</i> it by closing it; <i>invalidates</i> it to have the object destroyed;
 * <i>detaches</i> it to take the object out of the pool alive. The pool <i>evicts</i> what lies idle for too long and
 * <i>retires</i> what has reached the end of its life.
 *
 * <p>Everything here is thread-safe unless it says otherwise. Parameters and results are never null unless they are
 * marked so.
 */
@NullMarked
package dev.cenote.pool;

import org.jspecify.annotations.NullMarked;
