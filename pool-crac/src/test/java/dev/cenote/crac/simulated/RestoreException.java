package dev.cenote.crac.simulated;

/** As in {@code org.crac}. */
public class RestoreException extends Exception {

    private static final long serialVersionUID = 1;
}
