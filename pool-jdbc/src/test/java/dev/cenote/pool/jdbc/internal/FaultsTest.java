package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.jdbc.FaultOverride.Verdict;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which exceptions mean a dead connection. */
class FaultsTest {

    private final Faults faults = new Faults(Set.of("HY000"), false, e -> Verdict.UNDECIDED);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08006", "08S01", "57P01", "57P02", "57P03", "57P04", "57P05", "01002", "70100", "JZ0C0",
                "JZ0C1", "HY000"
            })
    void theseStatesAreFatal(String state) {
        assertThat(faults.isFatal(new SQLException("x", state), false, () -> true))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42601", "23505", "40001", "57014", "0A000", "25P02", "53300"})
    void theseAreNot(String state) {
        assertThat(faults.isFatal(new SQLException("x", state), false, () -> true))
                .isFalse();
    }

    @Test
    void noConnectionIsBelievedOfAClosedOneOnly() {
        SQLException misuse = new SQLRecoverableException("x", "08003");
        assertThat(faults.isFatal(misuse, false, () -> true)).isFalse();
        assertThat(faults.isFatal(misuse, false, () -> false)).isTrue();
        assertThat(new Faults(Set.of("08003"), false, e -> Verdict.UNDECIDED).isFatal(misuse, false, () -> true))
                .as("as the settings say")
                .isTrue();
        assertThat(new Faults(Set.of(), false, e -> Verdict.FATAL).isFatal(misuse, false, () -> true))
                .as("as the override says")
                .isTrue();
        misuse.setNextException(new SQLException("gone", "57P01"));
        assertThat(faults.isFatal(misuse, false, () -> true))
                .as("as its next one says")
                .isTrue();
    }

    @Test
    void classesCountToo() {
        assertThat(faults.isFatal(new SQLRecoverableException("x"), false, () -> true))
                .isTrue();
        assertThat(faults.isFatal(new SQLNonTransientConnectionException("x"), false, () -> true))
                .isTrue();
        assertThat(faults.isFatal(new SQLException("x"), false, () -> true)).isFalse();
    }

    @Test
    void aReadOnlyServerIsFatalForThoseWhoDidNotAskForOne() {
        SQLException readOnly = new SQLException("cannot execute INSERT in a read-only transaction", "25006");
        assertThat(faults.isFatal(readOnly, false, () -> true)).isTrue();
        assertThat(faults.isFatal(readOnly, true, () -> true)).isFalse();
    }

    @Test
    void timeOutsAreFatalBySetting() {
        SQLException timeOut = new SQLTimeoutException("slow");
        assertThat(faults.isFatal(timeOut, false, () -> true)).isFalse();
        assertThat(new Faults(Set.of(), true, e -> Verdict.UNDECIDED).isFatal(timeOut, false, () -> true))
                .isTrue();
    }

    @Test
    void chainedOnesAreLookedAtAndARingEnds() {
        SQLException first = new BatchUpdateException("batch", "23505", new int[0]);
        SQLException second = new SQLException("gone", "08006");
        first.setNextException(second);
        assertThat(faults.isFatal(first, false, () -> true)).isTrue();
        assertThat(faults.isFatal(new SQLException("x", "99999", second), false, () -> true))
                .isTrue();
        assertThat(faults.isFatal(new Ring(), false, () -> true)).isFalse();
    }

    /** An exception that is its own next one. */
    private static final class Ring extends SQLException {
        private static final long serialVersionUID = 1;

        @Override
        public SQLException getNextException() {
            return this;
        }
    }

    @Test
    void theOverrideHasTheFirstWord() {
        SQLException gone = new SQLException("gone", "08006");
        SQLException syntax = new SQLException("syntax", "42601");
        assertThat(new Faults(Set.of(), false, e -> Verdict.HARMLESS).isFatal(gone, false, () -> true))
                .isFalse();
        assertThat(new Faults(Set.of(), false, e -> Verdict.FATAL).isFatal(syntax, false, () -> true))
                .isTrue();
        assertThat(new Faults(Set.of(), false, e -> {
                            throw new IllegalStateException("bad override");
                        })
                        .isFatal(gone, false, () -> true))
                .isTrue();
        assertThat(new Faults(Set.of(), false, e -> null).isFatal(gone, false, () -> true))
                .as("no word")
                .isTrue();
    }
}
