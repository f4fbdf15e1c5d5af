package dev.cenote.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://host/db?user=me&password=s3cret&ssl=true, jdbc:postgresql://host/db?user=me&password=***&ssl=true",
        "jdbc:sqlserver://host;user=me;Password=s3cret;encrypt=true, jdbc:sqlserver://host;user=me;Password=***;encrypt=true",
        "jdbc:mysql://me:s3cret@host/db, jdbc:mysql://me:***@host/db",
        "jdbc:mysql://me:s3@cret@host/db, jdbc:mysql://me:***@host/db",
        "No suitable driver found for jdbc:mysql://me:s3cret@host/db, No suitable driver found for jdbc:mysql://me:***@host/db",
        "jdbc:oracle:thin:me/s3@cret@//host/db, jdbc:oracle:thin:me/***@//host/db",
        "jdbc:oracle:thin:me/s3cret@//host/db, jdbc:oracle:thin:me/***@//host/db",
        "jdbc:h2:tcp://host/mem:x, jdbc:h2:tcp://host/mem:x",
    })
    void passwordsInUrlsAreMaskedAndNothingElse(String url, String masked) {
        assertThat(Secrets.masked(url)).isEqualTo(masked);
    }

    @Test
    void theCommandCanBeTypedAgain() {
        List<String> arguments =
                List.of("--password", "s3cret", "--password=s3;cret", "--password", "--query", "SELECT 'x'");
        assertThat(Secrets.masked("bin/latency", arguments))
                .isEqualTo("bin/latency --password *** --password=*** --password --query 'SELECT '\\''x'\\'''");
    }
}
