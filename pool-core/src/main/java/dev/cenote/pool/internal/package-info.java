/**
 * The engine. {@link dev.cenote.pool.internal.DefaultPool} and {@link dev.cenote.pool.internal.Opening} are the only public classes of this
 * package. The face uses the engine at a few places, which {@code LayeringTest} names. Of all other modules only {@code cenote-simulation}
 * may use the two classes.
 *
 * <p>Packages are layers: {@code run} &lt; {@code slot} &lt; {@code stats} &lt; {@code jfr} &lt; {@code wait} &lt; {@code life} &lt; this
 * package &lt; {@code keyed}. Each uses only itself and those below it. A layer that has news for a higher one tells a type of its own ({@code
 * SlotEvents}, {@code LeaseEnd}). {@code Engine} makes all parts of a pool and is where they find each other.
 *
 * <p>Glossary. A <i>slot</i> is a place for one object. A slot's <i>word</i> is its generation, marks and state. The
 * <i>gate</i> is one word that is zero while an acquire or a release need not look at anything but a slot. <i>The
 * lock</i> is the one lock of a pool. <i>Afterwards</i> is what was decided under the lock and is done after it.
 */
@NullMarked
package dev.cenote.pool.internal;

import org.jspecify.annotations.NullMarked;
