package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Where to connect is {@code spring.datasource.url} and its like, or the application's {@link JdbcConnectionDetails}; the settings
 * of the pool are {@code spring.datasource.cenote.max-size} and so on, by the names of {@link
 * PooledDataSourceBuilder#properties}. It stands back if the application has a data source of its own, by JNDI or XA too, or sets another
 * {@code spring.datasource.type}, or has an R2DBC connection factory, as Spring Boot's own does.
 */
@AutoConfiguration(
        before = DataSourceAutoConfiguration.class,
        after = {JndiDataSourceAutoConfiguration.class, XADataSourceAutoConfiguration.class})
@ConditionalOnMissingBean(type = "io.r2dbc.spi.ConnectionFactory")
@ConditionalOnProperty(
        name = "spring.datasource.type",
        havingValue = "dev.cenote.pool.jdbc.PooledDataSource",
        matchIfMissing = true)
@EnableConfigurationProperties(DataSourceProperties.class)
public class CenoteDataSourceAutoConfiguration {

    private static final String SETTINGS = "spring.datasource.cenote";

    /** Spring makes it. */
    public CenoteDataSourceAutoConfiguration() {}

    /**
     * The data source.
     *
     * @param properties where to connect
     * @param details the same, if the application has them from elsewhere
     * @param environment has the settings
     * @return closed with the application
     * @throws SQLException if there is an {@code open-timeout} and no connection could be made within it
     */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean({DataSource.class, XADataSource.class})
    PooledDataSource dataSource(
            DataSourceProperties properties, ObjectProvider<JdbcConnectionDetails> details, Environment environment)
            throws SQLException {
        PooledDataSourceBuilder builder = PooledDataSource.builder();
        JdbcConnectionDetails given = details.getIfAvailable();
        connect(
                builder,
                given == null ? properties.determineUrl() : given.getJdbcUrl(),
                given == null ? properties.determineUsername() : given.getUsername(),
                given == null ? properties.determinePassword() : given.getPassword(),
                given == null ? properties.determineDriverClassName() : given.getDriverClassName());
        if (properties.getName() != null) {
            builder.pool(pool -> pool.name(properties.getName()));
        }
        Properties settings = new Properties();
        settings.putAll(Binder.get(environment)
                .bind(SETTINGS, Bindable.mapOf(String.class, String.class))
                .orElse(Map.of()));
        return builder.properties(settings).build();
    }

    private static void connect(
            PooledDataSourceBuilder builder, String url, String user, String password, String driverClassName) {
        builder.url(url);
        if (user != null) {
            builder.user(user);
        }
        if (password != null) {
            builder.password(password);
        }
        if (driverClassName != null) {
            builder.driverClassName(driverClassName);
        }
    }
}
