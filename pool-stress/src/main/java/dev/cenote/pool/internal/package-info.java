/**
 * The races of the engine. The tests of real classes stand in the engine's own package, since all but one of its classes
 * are not public. Each has two actors and an arbiter, and beside it a variant with the step broken that shows that the
 * forbidden outcome can be seen on this machine.
 */
package dev.cenote.pool.internal;
