package dev.cenote.pool.jdbc.outage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The data sources that are compared, with the same settings. */
enum Sources {
    CENOTE {
        @Override
        DataSource open(String url) throws SQLException {
            return PooledDataSource.builder()
                    .url(url)
                    .pool(pool -> pool.name("cenote")
                            .maxSize(SIZE)
                            .minIdle(SIZE)
                            .acquireTimeout(Duration.ofMillis(ACQUIRE_MILLIS))
                            .validationTimeout(Duration.ofMillis(VALIDATE_MILLIS))
                            .createTimeout(Duration.ofMillis(ACQUIRE_MILLIS))
                            .shutdownGrace(Duration.ofSeconds(5)))
                    .build();
        }
    },
    HIKARI {
        @Override
        DataSource open(String url) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            config.setPoolName("hikari");
            config.setMaximumPoolSize(SIZE);
            config.setConnectionTimeout(ACQUIRE_MILLIS);
            config.setValidationTimeout(VALIDATE_MILLIS);
            return new HikariDataSource(config);
        }
    };

    static final int SIZE = 4;
    static final int ACQUIRE_MILLIS = 2_000;
    static final int VALIDATE_MILLIS = 1_000;

    abstract DataSource open(String url) throws SQLException;
}
