package dev.cenote.peers;

/** What some pools can do, and others can't. */
public enum Feature {
    /** Makes its items itself, when they are wanted. */
    CREATES,
    /** A holder can have an item destroyed. */
    INVALIDATES,
    /** Asks a validator at each acquire. */
    VALIDATES,
    /** Asks a validator only if an item was not used for longer than a window. */
    VALIDATES_BY_WINDOW,
    /** Acquires without blocking. */
    ASYNC
}
