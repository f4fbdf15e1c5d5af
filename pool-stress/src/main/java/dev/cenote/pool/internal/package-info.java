/**
 * The races of the engine. The tests of real classes stand in the engine's own package, since all but one of its classes
 * are not public. Each race is a class: the engine in it ({@code Real…}), the step alone ({@code Model}), and the step
 * broken ({@code Broken}), which shows that the forbidden outcome can be seen on this machine. Each has two actors and an
 * arbiter: jcstress leaves out what has more actors than there are processors.
 */
package dev.cenote.pool.internal;
