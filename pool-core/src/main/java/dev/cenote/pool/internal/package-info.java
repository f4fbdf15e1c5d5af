/**
 * The engine. {@link dev.cenote.pool.internal.DefaultPool} is its only public class, and nothing outside the core may
 * use it.
 *
 * <p>Data flows one way: {@code DefaultPool} → {@code Acquisition}, {@code Housekeeper}, {@code Shutdown} → {@code
 * Handoff} → {@code Creator}, {@code Validation}, {@code Retirement} → {@code WaitQueue}, {@code IdleStore}, {@code
 * Capacity} → {@code Waiter}, {@code Slot}. Where a lower part has news for a higher one, it tells
 * an interface of its own ({@code SlotEvents}, {@code Alarm}).
 *
 * <p>Glossary. A <i>slot</i> is a place for one object. A slot's <i>word</i> is its generation, marks and state. The
 * <i>gate</i> is one word that is zero while an acquire or a release need not look at anything but a slot. <i>The
 * lock</i> is the one lock of a pool. <i>Afterwards</i> is what was decided under the lock and is done after it.
 */
@NullMarked
package dev.cenote.pool.internal;

import org.jspecify.annotations.NullMarked;
