package dev.cenote.pool.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeLogTest {

    private static void raise(Error error) {
        throw error;
    }

    @Test
    void whatTheLoggingThrowsIsAdded() {
        Error thrown = new AssertionError("of the user");
        Error again = new AssertionError("of the logger");
        SafeLog.log(thrown, () -> raise(again));
        assertThat(thrown).hasSuppressedException(again);
    }

    /** A full heap makes the JVM throw one OutOfMemoryError whenever there is none left. */
    @Test
    void theSameErrorTwiceIsNoOtherError() {
        Error full = new OutOfMemoryError();
        SafeLog.log(full, () -> raise(full));
        assertThat(full).hasNoSuppressedExceptions();
    }
}
