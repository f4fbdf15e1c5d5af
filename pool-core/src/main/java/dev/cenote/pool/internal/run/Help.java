package dev.cenote.pool.internal.run;

/** The page of the documentation that says what a message means: {@code docs/help.md}, as it is published. */
public final class Help {

    private static final String PAGE = "https://cenote.dev/help#";

    private Help() {}

    /**
     * The end of a message.
     *
     * @param topic the anchor of a section of that page
     * @return where to read on, in brackets
     */
    public static String on(String topic) {
        return " (see " + PAGE + topic + ")";
    }
}
