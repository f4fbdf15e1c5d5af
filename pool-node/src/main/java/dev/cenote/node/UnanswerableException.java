package dev.cenote.node;

/** A line that can't be answered, because it doesn't say, or not readably, to whom or to what. */
final class UnanswerableException extends Exception {

    private static final long serialVersionUID = 1;

    UnanswerableException(String reason) {
        super(reason, null, false, false);
    }
}
