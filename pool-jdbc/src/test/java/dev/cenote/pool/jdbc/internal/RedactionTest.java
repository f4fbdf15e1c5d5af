package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
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
        Exception told = Redaction.of(new SQLException("no connection to " + url), Redaction.secretsOf(url));
        assertThat(told.getMessage()).contains("no connection").doesNotContain("=" + password);
    }

    @Test
    void whatIsNoSecretStays() {
        SQLException plain = new SQLException("refused", "08001", 7);
        assertThat(Redaction.of(plain, List.of("other", ""))).isSameAs(plain);
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
        SQLException e = new SQLException("told s3cr3t", "08001", 7, new IllegalStateException("because of s3cr3t"));
        e.setNextException(new SQLException("and s3cr3t", "28000"));
        SQLException copy = (SQLException) Redaction.of(e, List.of("s3cr3t"));
        assertThat(copy.getMessage()).isEqualTo("told ***");
        assertThat(copy.getCause().getMessage()).isEqualTo("java.lang.IllegalStateException: because of ***");
        assertThat(copy.getSQLState()).isEqualTo("08001");
        assertThat(copy.getErrorCode()).isEqualTo(7);
        assertThat(copy.getNextException().getMessage()).isEqualTo("and ***");
        assertThat(copy.getStackTrace()).isEqualTo(e.getStackTrace());
        SQLException quiet = new SQLException("quiet");
        quiet.addSuppressed(new SQLException("s3cr3t"));
        assertThat(Redaction.of(quiet, List.of("s3cr3t")).getSuppressed()).isEmpty();
    }
}
