/**
 * The interfaces of commons-pool2 over Cenote pools. {@link dev.cenote.commons.CenoteObjectPool} is an {@code ObjectPool}, and
 * {@link dev.cenote.commons.CenoteKeyedObjectPool} is a {@code KeyedObjectPool}. {@link
 * dev.cenote.commons.CenoteGenericObjectPool} is a {@code GenericObjectPool}, for code that asks for the class. {@link
 * dev.cenote.commons.CommonsFactory} lets a {@code PooledObjectFactory} make the objects of a {@link dev.cenote.pool.Pool}.
 *
 * <p>Parameters and results are never null unless they are marked so.
 */
@NullMarked
package dev.cenote.commons;

import org.jspecify.annotations.NullMarked;
