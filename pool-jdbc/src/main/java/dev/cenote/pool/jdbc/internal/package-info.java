/**
 * The wrappers, and the sessions that they lend.
 *
 * <pre>
 * PooledDataSource (exported)   acquires a lease of a Session, and wraps it
 *  → PooledConnection           one lease, and what is open in it; gives it back
 *    → LeasedState              what its holder changed, and how it is undone
 *    → DriverTime               how long its calls were within the driver, for an adaptive policy
 *    → PooledStatement, PooledPreparedStatement, PooledCallableStatement, PooledResultSet
 *      → Tracked                what has to be closed with the lease
 *    → PooledDatabaseMetaData, PooledArray
 *      → Dependent              what belongs to a lease and dies with it
 *        → Wrapping             what each wrapper has to answer
 *  → Sessions                   makes, validates and ends sessions: the pool's factory and validator
 *    → Session                  a physical connection, and how it was before somebody changed it
 *      → Faults                 which SQLException means a dead connection
 *      → DriverHabits           what the pool has learned of its driver
 *      → SearchPath             what PostgreSQL has for a schema
 * </pre>
 *
 * What only delegates is in {@code Delegating…}, written by the annotation processor from {@link
 * dev.cenote.pool.jdbc.internal.Delegates}.
 */
@NullMarked
package dev.cenote.pool.jdbc.internal;

import org.jspecify.annotations.NullMarked;
