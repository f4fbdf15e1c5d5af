/** What the adapters share. */
@NullMarked
package dev.cenote.commons.internal;

import org.jspecify.annotations.NullMarked;
