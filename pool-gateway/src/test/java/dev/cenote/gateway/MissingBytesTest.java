package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a table of users still needs of the disk. */
class MissingBytesTest {

    private static final long TEN_MILLION = 10_000_000;

    @Test
    void usersOfAnotherTableSaveNothing() {
        assertThat(UserTable.missingBytes(TEN_MILLION, 0, false))
                .isGreaterThanOrEqualTo(TEN_MILLION * UserTable.BYTES_PER_USER);
    }

    @Test
    void aTableThatIsLoadedNeedsNothing() {
        assertThat(UserTable.missingBytes(TEN_MILLION, TEN_MILLION, true)).isZero();
        assertThat(UserTable.missingBytes(TEN_MILLION, 2 * TEN_MILLION, true)).isZero();
    }

    @Test
    void whatAnInterruptedLoadHasLeftToDoIsNeeded() {
        assertThat(UserTable.missingBytes(TEN_MILLION, TEN_MILLION - 100_000, false))
                .isBetween(100_000 * UserTable.BYTES_PER_USER, TEN_MILLION * UserTable.BYTES_PER_USER);
        assertThat(UserTable.missingBytes(TEN_MILLION, TEN_MILLION, false)).isPositive(); // the index
    }
}
