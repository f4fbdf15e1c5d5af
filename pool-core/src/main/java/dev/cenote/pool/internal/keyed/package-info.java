/**
 * Many pools: one for each key, and the budget that they share. Each pool is an engine of its own ({@link
 * dev.cenote.pool.internal.DefaultPool}); here is only what there is between them.
 */
@NullMarked
package dev.cenote.pool.internal.keyed;

import org.jspecify.annotations.NullMarked;
