package dev.cenote.pool;

/**
 * Which idle object is handed out next.
 *
 * @since 0.9.0
 */
public enum IdleOrder {
    /** The object that was used last, and by preference the one that this thread used last: it is warm, and the rest can age. */
    LIFO,
    /** The object that has been idle longest: the use is spread over all. Costs a little more. */
    FIFO
}
