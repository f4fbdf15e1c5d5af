/**
 * A live page on the pools of a program: what they do, who holds what, and why callers wait. Begin with {@link
 * dev.cenote.console.Console}.
 */
@NullMarked
package dev.cenote.console;

import org.jspecify.annotations.NullMarked;
