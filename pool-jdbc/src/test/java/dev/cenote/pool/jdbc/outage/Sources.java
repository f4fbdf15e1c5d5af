package dev.cenote.pool.jdbc.outage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** The data sources that are compared, with the same settings. */
enum Sources {
    CENOTE("Cenote") {
        @Override
        DataSource open(String url, int size, int acquireMillis) throws SQLException {
            return cenote(url, size, acquireMillis, pool -> {});
        }
    },
    /** Its callers wait through a long outage, as HikariCP's do. */
    CENOTE_WAITING("Cenote, `failFastAfter` 60 s") {
        @Override
        DataSource open(String url, int size, int acquireMillis) throws SQLException {
            return cenote(url, size, acquireMillis, pool -> pool.failFastAfter(Duration.ofSeconds(60)));
        }
    },
    HIKARI("HikariCP") {
        @Override
        DataSource open(String url, int size, int acquireMillis) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            config.setPoolName("hikari");
            config.setMaximumPoolSize(size);
            config.setConnectionTimeout(acquireMillis);
            config.setValidationTimeout(VALIDATE_MILLIS);
            return new HikariDataSource(config);
        }
    };

    static final int SIZE = 4;
    static final int IMPATIENT_MILLIS = 2_000;
    static final int PATIENT_MILLIS = 30_000;
    private static final int CREATE_MILLIS = 2_000;
    private static final int VALIDATE_MILLIS = 1_000;

    final String label;

    Sources(String label) {
        this.label = label;
    }

    abstract DataSource open(String url, int size, int acquireMillis) throws SQLException;

    private static DataSource cenote(String url, int size, int acquireMillis, Consumer<? super PoolBuilder<?>> settings)
            throws SQLException {
        return PooledDataSource.builder()
                .url(url)
                .pool(pool -> pool.name("cenote")
                        .maxSize(size)
                        .minIdle(size)
                        .acquireTimeout(Duration.ofMillis(acquireMillis))
                        .validationTimeout(Duration.ofMillis(VALIDATE_MILLIS))
                        .createTimeout(Duration.ofMillis(CREATE_MILLIS))
                        .shutdownGrace(Duration.ofSeconds(5)))
                .pool(settings)
                .build();
    }
}
