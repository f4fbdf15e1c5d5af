package dev.cenote.peers;

/**
 * What is pooled.
 *
 * @param number unique
 * @param payload what a user of the pool works with, or null
 */
public record Item(int number, Object payload) {

    /** An item that is nothing more. */
    public Item(int number) {
        this(number, null);
    }
}
