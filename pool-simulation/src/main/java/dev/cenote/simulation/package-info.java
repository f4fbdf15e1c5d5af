/** The pool in simulated time: what its callers would have seen with other settings, told from a recording. */
package dev.cenote.simulation;
