/**
 * Pools in a process that is checkpointed and restored by CRaC: see {@link dev.cenote.crac.CheckpointedPool#register}.
 *
 * <p>Parameters and results are never null unless they are marked so.
 */
@NullMarked
package dev.cenote.crac;

import org.jspecify.annotations.NullMarked;
