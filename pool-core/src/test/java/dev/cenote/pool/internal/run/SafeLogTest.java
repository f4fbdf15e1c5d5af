package dev.cenote.pool.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeLogTest {

    @Test
    void whatTheLoggingThrowsIsAdded() {
        Error thrown = new AssertionError("of the user");
        Error again = new AssertionError("of the logger");
        SafeLog.add(thrown, again);
        assertThat(thrown).hasSuppressedException(again);
    }

    /** A full heap makes the JVM throw one OutOfMemoryError whenever there is none left. */
    @Test
    void theSameErrorTwiceIsNoOtherError() {
        Error full = new OutOfMemoryError();
        SafeLog.add(full, full);
        assertThat(full).hasNoSuppressedExceptions();
    }
}
