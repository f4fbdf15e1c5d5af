/**
 * A {@link javax.sql.DataSource} over a Cenote pool: start at {@link dev.cenote.pool.jdbc.PooledDataSource#builder}.
 *
 * <p>Parameters and results are never null unless they are marked so.
 */
@NullMarked
package dev.cenote.pool.jdbc;

import org.jspecify.annotations.NullMarked;
