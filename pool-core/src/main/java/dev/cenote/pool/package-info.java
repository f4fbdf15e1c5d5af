/**
 * A generic object pool: strictly fair, bounded, and fast.
 *
 * <p>Start at {@link dev.cenote.pool.Pool#builder}. There is one word for each idea. A caller <i>acquires</i> a {@link
 * dev.cenote.pool.Lease} and <i>releases</i> it by closing it. It <i>invalidates</i> a lease to have the object destroyed, and
 * <i>detaches</i> it to take the object out of the pool alive. The pool <i>evicts</i> an object that is idle for too long, and
 * <i>retires</i> one that has reached the end of its life.
 *
 * <p>Every class here is thread-safe unless it says otherwise. Parameters and results are never null unless they are
 * marked so.
 */
@NullMarked
package dev.cenote.pool;

import org.jspecify.annotations.NullMarked;
