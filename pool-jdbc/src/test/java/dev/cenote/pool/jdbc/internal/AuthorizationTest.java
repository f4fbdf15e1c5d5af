package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server does not accept is not tried again by the pool, since many servers lock an account after a few wrong passwords. */
class AuthorizationTest {

    private static final int MIN_IDLE = 2;

    private final FakeTicker ticker = new FakeTicker();

    private Lending lending() throws SQLException {
        return new Lending(builder ->
                builder.pool(pool -> pool.maxSize(4).minIdle(MIN_IDLE).ticker(ticker)));
    }

    /** Its sessions are gone, and no new one can be made. */
    private static void breakDown(Lending lending, SQLException failure) throws SQLException {
        Pool<?> pool = lending.source().pool();
        Await.until(() -> pool.stats().idle() >= MIN_IDLE && pool.stats().creating() == 0);
        lending.driver.failure = failure;
        pool.invalidateAll();
        Await.until(() -> pool.stats().total() + pool.stats().creating() == 0);
    }

    /** Time goes by, and the pool looks at what it should make. */
    private void letThePoolTry(PooledDataSource source) throws SQLException {
        ticker.advance(Duration.ofMillis(900));
        source.pool().resize(source.pool().config().limits());
    }

    @ParameterizedTest
    @CsvSource({
        "28P01, 0",
        "28000, 1045",
        "28000, -4214",
        "72000, 1017",
        "99999, 28000",
        "S0001, 18456",
        "S0001, 18486",
        "JZ00L, 0"
    })
    void logInsThatTheServerDeniesAreCausedByCallersOnlyOneEach(String state, int code) throws SQLException {
        try (Lending lending = lending()) {
            breakDown(lending, new SQLException("wrong password", state, code));
            int logIns = lending.driver.properties.size();
            for (int i = 0; i < 10; i++) {
                letThePoolTry(lending.source());
            }
            assertThat(lending.driver.properties).as("for minIdle").hasSize(logIns);
            for (int callers = 1; callers <= 10; callers++) {
                assertThatThrownBy(lending::connection)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo(state));
                assertThat(lending.driver.properties).hasSizeLessThanOrEqualTo(logIns + callers);
                letThePoolTry(lending.source());
            }
            assertThat(lending.driver.properties).as("for the callers").hasSizeGreaterThan(logIns);
        }
    }

    @ParameterizedTest
    @CsvSource({"08001, 0", "57P03, 0", "53300, 0", "42000, 1049", "HY000, 1017", "99999, 28001"})
    void whateverElseFailsIsTriedAgain(String state, int code) throws SQLException {
        try (Lending lending = lending()) {
            breakDown(lending, new SQLException("down", state, code));
            int tries = lending.driver.properties.size();
            letThePoolTry(lending.source());
            Await.until(() -> lending.driver.properties.size() > tries);
        }
    }

    @Test
    void onceTheCredentialsAreRightTheNextCallerHasThePoolFilledAgain() throws SQLException {
        try (Lending lending = lending()) {
            breakDown(lending, new SQLException("wrong password", "28P01"));
            assertThatThrownBy(lending::connection).hasMessageContaining("wrong password");
            lending.driver.failure = null;
            ticker.advance(Duration.ofSeconds(5));
            try (Connection connection = lending.connection()) {
                assertThat(connection.isValid(1)).isTrue();
                Pool<?> pool = lending.source().pool();
                Await.until(() -> pool.stats().idle() == MIN_IDLE);
            }
        }
    }

    @Test
    void openingDoesNotTryAgainWhatTheServerDenies() {
        Stub.StubDriver driver = new Stub.StubDriver();
        driver.failure = new SQLException("wrong password", "28P01");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:stub:")
                        .driver(driver)
                        .openTimeout(Duration.ofSeconds(2))
                        .pool(pool -> pool.maxSize(1))
                        .build())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        assertThat(driver.properties).hasSize(1);
    }

    @Test
    void aDenialIsFoundWhereverItStands() {
        SQLException denied = new SQLException("denied", "28000");
        SQLException next = new SQLException("first");
        next.setNextException(new SQLException("second", null, denied));
        assertThat(Authorization.isDenied(next)).isTrue();
        assertThat(Authorization.isDenied(new IllegalStateException(new RuntimeException(denied))))
                .isTrue();
        assertThat(Authorization.isDenied(new SQLInvalidAuthorizationSpecException("no state")))
                .isTrue();
        assertThat(Authorization.isDenied(new SQLException("no state"))).isFalse();
        assertThat(Authorization.isDenied(new Error(new SQLException("down", "08001"))))
                .isFalse();
    }
}
