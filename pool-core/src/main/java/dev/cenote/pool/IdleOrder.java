package dev.cenote.pool;

/** Which idle object is handed out next. */
public enum IdleOrder {
    /** The one that was used last, and by preference the one this thread used last: warm, and the rest can age. */
    LIFO,
    /** The one that has been idle longest: the use is spread over all. Costs a little more. */
    FIFO
}
