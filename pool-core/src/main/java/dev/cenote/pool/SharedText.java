package dev.cenote.pool;

import java.util.function.Function;

/**
 * The text of the last picture of a pool. Thousands of callers may fail at one moment and share one picture, and a future
 * asks for the message of its exception as soon as it has a dependent stage. It keeps the last picture, which refers to
 * nothing of a pool.
 */
final class SharedText<W> {

    private record Told(Object what, String text) {}

    private final Function<W, String> toText;
    private volatile Told last = new Told("", "");

    SharedText(Function<W, String> toText) {
        this.toText = toText;
    }

    /** The text of exactly that object. */
    String of(W what) {
        Told known = last;
        if (known.what != what) {
            known = new Told(what, toText.apply(what));
            last = known;
        }
        return known.text;
    }
}
