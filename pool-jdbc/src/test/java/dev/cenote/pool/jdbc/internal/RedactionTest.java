package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where drivers have passwords in their URLs. */
class RedactionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://h:5432/db?user=me&password=p@s)s,w;rd&ssl=true | p@s)s,w | jdbc:postgresql://h:5432/db",
                "jdbc:postgresql://me:p@ss@h/db | p@ss | jdbc:postgresql://h/db",
                "jdbc:postgresql://h/db?password=p%40ss | p@ss | jdbc:postgresql://h/db",
                "jdbc:sqlserver://h:1433;user=sa;password=P@ssw0rd | P@ssw0rd | jdbc:sqlserver://h:1433",
                "jdbc:sqlserver://h;password={a;b};encrypt=true | a;b | jdbc:sqlserver://h",
                "jdbc:mysql://h/db?password=x@y | x@y | jdbc:mysql://h/db",
                "jdbc:mysql://(host=h,user=u,password=secret)/db | secret | jdbc:mysql://(host=h,user=u,password=***",
                "jdbc:mysql://address=(host=h)(password=secret)/db | secret | jdbc:mysql://address=(host=h)(password=***",
                "jdbc:mysql://(host=h,user=u,password2=secret)/db | secret | jdbc:mysql://(host=h,user=u,password2=***",
                "jdbc:x://h/db?sslPassphrase=secret&keyPass=other | other | jdbc:x://h/db",
                "jdbc:sqlserver://h;password={a}}b};encrypt=true | a}}b | jdbc:sqlserver://h",
                "jdbc:oracle:thin:scott/tiger@//h:1521/s | tiger | jdbc:oracle:thin:@//h:1521/s",
                "jdbc:oracle:oci:scott/tiger@db | tiger | jdbc:oracle:oci:@db",
                "jdbc:oracle:thin:scott/\"p@ss\"@//h/s | p@ss | jdbc:oracle:thin:@//h/s",
                "jdbc:db2://h:50000/db:user=u;password=x9; | x9 | jdbc:db2://h:50000/db:user=u",
                "jdbc:db2://h:50000/db:password=x9;user=y; | x9 | jdbc:db2://h:50000/db:password=***",
                "jdbc:h2:mem:db;PASSWORD=what?now | what?now | jdbc:h2:mem:db",
            })
    void aPasswordIsFoundAndNotShown(String url, String password, String shown) {
        assertThat(Redaction.ofUrl(url)).isEqualTo(shown);
        assertThat(Redaction.secretsOf(url))
                .anySatisfy(secret -> assertThat(secret).contains(password));
        Exception told = Redaction.of(
                new SQLException("no connection to " + url), Redaction.secretsOf(url), Redaction.namesOf(url));
        assertThat(told.getMessage()).contains("no connection").doesNotContain("=" + password);
    }

    @Test
    void whatIsNoSecretStays() {
        SQLException plain = new SQLException("refused", "08001", 7);
        assertThat(Redaction.of(plain, List.of("other", ""), Set.of())).isSameAs(plain);
        assertThat(Redaction.secretsOf("jdbc:mysql://h/db?allowPublicKeyRetrieval=true"))
                .isEmpty();
        Properties properties = new Properties();
        properties.setProperty("password", "a");
        properties.setProperty("url", "jdbc:x://h?password=b");
        properties.setProperty("user", "c");
        assertThat(Redaction.secretsOf(properties)).contains("a", "b").doesNotContain("c");
    }

    @Test
    void aCopyKeepsWhatIsNoSecret() {
        SQLException e = new SQLException(
                "told password s3cr3t", "08001", 7, new IllegalStateException("because of token=s3cr3t"));
        e.setNextException(new SQLException("and //me:s3cr3t@host", "28000"));
        SQLException copy = (SQLException) Redaction.of(e, List.of("s3cr3t"), Set.of());
        assertThat(copy.getMessage()).isEqualTo("told password ***");
        assertThat(copy.getCause().getMessage()).isEqualTo("java.lang.IllegalStateException: because of token=***");
        assertThat(copy.getSQLState()).isEqualTo("08001");
        assertThat(copy.getErrorCode()).isEqualTo(7);
        assertThat(copy.getNextException().getMessage()).isEqualTo("and //me:***@host");
        assertThat(copy.getStackTrace()).isEqualTo(e.getStackTrace());
        SQLException quiet = new SQLException("quiet");
        quiet.addSuppressed(new SQLException("pwd 's3cr3t'"));
        assertThat(Redaction.of(quiet, List.of("s3cr3t"), Set.of()).getSuppressed())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FATAL: role \"orders\" does not exist",
                "FATAL: password authentication failed for user \"orders\"",
                "FATAL: database \"orders\" does not exist",
                "Access denied for user 'orders'@'localhost' (using password: YES)",
                "no connection to jdbc:postgresql://orders/orders?user=orders",
                "relation orders_password does not exist",
            })
    void aPasswordThatIsAWordIsNoSecretWhereItIsAName(String message) {
        SQLException e = new SQLInvalidAuthorizationSpecException(message, "28000");
        assertThat(Redaction.of(e, List.of("orders"), Set.of("orders"))).isSameAs(e);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{user=orders, password=orders} | {user=orders, password=***}",
                "jdbc:x://orders:orders@orders/orders | jdbc:x://orders:***@orders/orders",
                "jdbc:oracle:thin:orders/orders@db | jdbc:oracle:thin:orders/***@db",
                "jdbc:x:orders;user=orders;password=orders;a=b | jdbc:x:orders;user=orders;password=***;a=b",
                "user orders, password: 'orders' | user orders, password: '***'",
                "the password orders of orders is wrong | the password *** of orders is wrong",
                "{\"token\": \"orders\"} | {\"token\": \"***\"}",
            })
    void aPasswordThatIsAWordIsHiddenInItsPlace(String message, String told) {
        assertThat(Redaction.of(new SQLException(message), List.of("orders"), Set.of("orders")))
                .hasMessage(told);
    }

    /** Nobody would take it for a name, whatever it is made of. */
    @Test
    void aPasswordThatIsNobodysNameIsHiddenEverywhere() throws SQLException {
        for (String password : List.of("8fK2xQ7", "correct-horse", "orders2", "password_of_app")) {
            try (Lending lending = new Lending(
                    settings -> settings.user("orders").password(password).driverProperty("sslmode", "require"))) {
                lending.driver.failure = new SQLException("Invalid value " + password + " for property x, of orders");
                assertThatThrownBy(lending::connection)
                        .hasMessageContaining("Invalid value *** for property x, of orders")
                        .hasMessageNotContaining(password);
            }
        }
        try (Lending lending =
                new Lending(settings -> settings.url("jdbc:stub://host/db?user=orders&password=8fK2xQ7&other=8fK2xQ7")
                        .driverProperty("another", "8fK2xQ7"))) {
            lending.driver.failure = new SQLException("Invalid value 8fK2xQ7, of orders");
            assertThatThrownBy(lending::connection).hasMessageContaining("Invalid value ***, of orders");
        }
    }

    @Test
    void aPasswordThatTheSettingsHaveAsANameIsNotHiddenWhereItIsThat() throws SQLException {
        List<java.util.function.UnaryOperator<dev.cenote.pool.jdbc.PooledDataSourceBuilder>> named = List.of(
                settings -> settings.user("orders").password("orders"),
                settings -> settings.credentials(() -> new dev.cenote.pool.jdbc.Credentials("orders", "orders")),
                settings -> settings.url("jdbc:stub://host/orders").password("orders"),
                settings -> settings.url("jdbc:stub://orders:1/db").password("orders"),
                settings -> settings.url("jdbc:stub://orders:orders@host/db"),
                settings -> settings.url("jdbc:stub:h;user=orders;password=orders"),
                settings -> settings.url("jdbc:oracle:thin:orders/orders@host"),
                settings -> settings.driverProperty("user", "orders").driverProperty("password", "orders"),
                settings -> settings.schema("orders").password("orders"),
                settings -> settings.catalog("orders").password("orders"));
        for (int i = 0; i < named.size(); i++) {
            try (Lending lending = new Lending(named.get(i))) {
                lending.driver.failure = new SQLException("role \"orders\" does not exist, password=orders");
                assertThatThrownBy(lending::connection)
                        .as("settings %s", i)
                        .hasMessageContaining("role \"orders\" does not exist, password=***");
            }
        }
    }

    @Test
    void aCopyIsOfItsKind() {
        List<String> secrets = List.of("s3cr3t!");
        SQLException own = new SQLInvalidAuthorizationSpecException("s3cr3t!", "28P01", 3) {
            private static final long serialVersionUID = 1;
        };
        assertThat(Redaction.of(own, secrets, Set.of()))
                .isExactlyInstanceOf(SQLInvalidAuthorizationSpecException.class)
                .hasMessage("***");
        SQLException innocent = new SQLTransientConnectionException("innocent");
        SQLException outer = new SQLTimeoutException("s3cr3t!", innocent);
        assertThat(Redaction.of(outer, secrets, Set.of()))
                .isExactlyInstanceOf(SQLTimeoutException.class)
                .hasCause(innocent);
    }
}
