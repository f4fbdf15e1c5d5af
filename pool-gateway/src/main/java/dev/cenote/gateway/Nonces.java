package dev.cenote.gateway;

/** The server's half of nonces. Implementations are thread-safe. */
interface Nonces {

    /**
     * A new one, in characters that SCRAM allows.
     *
     * @param clientFirst the message that it answers
     */
    String issue(String clientFirst);

    /** Whether it was issued for that message, and is not too old. */
    boolean isGood(String nonce, String clientFirst);
}
