package dev.cenote.node;

/** A request that is answered with an error. The codes are those of the Maelstrom workbench. */
final class RequestException extends Exception {

    private static final long serialVersionUID = 1;

    static final int NOT_SUPPORTED = 10;
    static final int MALFORMED = 12;
    static final int CRASH = 13;
    static final int NO_SUCH_CLIENT = 20;
    static final int CLIENT_EXISTS = 21;
    static final int NOT_CONFIGURED = 22;

    final int code;

    RequestException(int code, String text) {
        super(text, null, false, false);
        this.code = code;
    }
}
