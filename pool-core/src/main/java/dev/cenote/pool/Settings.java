package dev.cenote.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The checks of settings and arguments: each failure names the setting, what it should be, and the value. */
final class Settings {

    private Settings() {}

    /**
     * A setting that must be given.
     *
     * @param setting its name
     * @param expected what it is, with its article
     */
    static <V> V given(String setting, String expected, @Nullable V value) {
        if (value == null) {
            throw new NullPointerException(setting + " must be " + expected + ", but was null");
        }
        return value;
    }

    static Duration zeroOrLonger(String setting, @Nullable Duration time) {
        Duration given = given(setting, "a duration of zero or longer", time);
        if (given.isNegative()) {
            throw new IllegalArgumentException(setting + " must be zero or longer, but was " + given);
        }
        return given;
    }

    static Duration longerThanZero(String setting, @Nullable Duration time) {
        Duration given = given(setting, "a duration longer than zero", time);
        if (given.isNegative() || given.isZero()) {
            throw new IllegalArgumentException(setting + " must be longer than zero, but was " + given);
        }
        return given;
    }

    static String notBlank(String setting, @Nullable String text) {
        String given = given(setting, "a text that is not blank", text);
        if (given.isBlank()) {
            throw new IllegalArgumentException(setting + " must not be blank, but was '" + given + "'");
        }
        return given;
    }

    static long atLeast(String setting, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(setting + " must be " + least + " or more, but was " + value);
        }
        return value;
    }

    static double share(String setting, double most, double value) {
        if (!(value >= 0 && value <= most)) {
            String limit = most == 1 ? "1" : "" + most;
            throw new IllegalArgumentException(setting + " must be 0 to " + limit + ", but was " + value);
        }
        return value;
    }
}
