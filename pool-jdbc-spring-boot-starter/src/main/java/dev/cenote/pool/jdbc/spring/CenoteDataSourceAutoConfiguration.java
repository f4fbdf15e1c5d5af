package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * Makes the data source of an application. Where to connect is {@code spring.datasource.url} and its like, or the application's
 * {@code JdbcConnectionDetails}; the settings of the pool are {@link CenoteProperties}. With {@code
 * spring.datasource.cenote.read-url} there are two pools behind the data source. It stands back if the application has a data
 * source of its own, by JNDI or XA too, or sets another {@code spring.datasource.type}, or has an R2DBC connection factory, as
 * Spring Boot's own does.
 *
 * @since 0.9.0
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.JndiDataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.XADataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration"
        })
@Conditional(OnSupportedSpringBoot.class)
@ConditionalOnMissingBean(
        value = {DataSource.class, XADataSource.class},
        type = "io.r2dbc.spi.ConnectionFactory")
@ConditionalOnProperty(
        name = "spring.datasource.type",
        havingValue = "dev.cenote.pool.jdbc.PooledDataSource",
        matchIfMissing = true)
public class CenoteDataSourceAutoConfiguration {

    private static final String READ_URL = CenoteProperties.PREFIX + ".read-url";

    /**
     * Spring makes it.
     *
     * @since 0.9.0
     */
    public CenoteDataSourceAutoConfiguration() {}

    /** Spring Boot 3 has its classes in other packages than Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = OnSupportedSpringBoot.PROPERTIES_OF_3)
    @EnableConfigurationProperties(org.springframework.boot.autoconfigure.jdbc.DataSourceProperties.class)
    static class OfSpringBoot3 {

        @Bean
        WhereToConnect cenoteWhereToConnect(
                org.springframework.boot.autoconfigure.jdbc.DataSourceProperties properties,
                ObjectProvider<org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails> details) {
            var given = details.getIfAvailable();
            return new WhereToConnect(
                    properties.getName(),
                    properties.getUsername(),
                    properties.getPassword(),
                    () -> given == null
                            ? new ByUrl(
                                    properties.determineUrl(),
                                    properties.determineUsername(),
                                    properties.determinePassword(),
                                    properties.determineDriverClassName())
                            : new ByUrl(
                                    given.getJdbcUrl(),
                                    given.getUsername(),
                                    given.getPassword(),
                                    given.getDriverClassName()));
        }
    }

    /** The same. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = OnSupportedSpringBoot.PROPERTIES_OF_4)
    @EnableConfigurationProperties(org.springframework.boot.jdbc.autoconfigure.DataSourceProperties.class)
    static class OfSpringBoot4 {

        @Bean
        WhereToConnect cenoteWhereToConnect(
                org.springframework.boot.jdbc.autoconfigure.DataSourceProperties properties,
                ObjectProvider<org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails> details) {
            var given = details.getIfAvailable();
            return new WhereToConnect(
                    properties.getName(),
                    properties.getUsername(),
                    properties.getPassword(),
                    () -> given == null
                            ? new ByUrl(
                                    properties.determineUrl(),
                                    properties.determineUsername(),
                                    properties.determinePassword(),
                                    properties.determineDriverClassName())
                            : new ByUrl(
                                    given.getJdbcUrl(),
                                    given.getUsername(),
                                    given.getPassword(),
                                    given.getDriverClassName()));
        }
    }

    /** Tells whether there is one pool only. */
    static final class NoReadUrl extends NoneNestedConditions {

        NoReadUrl() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        /** There is a URL for a second pool. */
        @ConditionalOnProperty(READ_URL)
        static final class ReadUrl {}
    }

    /** The usual case. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NoReadUrl.class)
    static class OnePool {

        /**
         * The data source.
         *
         * @param where where to connect
         * @param environment has the settings
         * @return closed with the application
         * @throws SQLException if there is an {@code open-timeout} and no connection could be made within it
         */
        @Bean(destroyMethod = "close")
        PooledDataSource dataSource(WhereToConnect where, Environment environment) throws SQLException {
            PoolSettings.warnOfHikariCp(environment);
            return where.open(PoolSettings.of(environment));
        }
    }

    /** Transactions that only read have a pool of their own. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(READ_URL)
    static class TwoPools {

        /**
         * The pool for transactions that only read. No default candidate: code that asks for a data source gets the other bean.
         *
         * @param where where to connect
         * @param environment has the settings
         * @return closed with the application
         * @throws SQLException if there is an {@code open-timeout} and no connection could be made within it
         */
        @Bean(destroyMethod = "close", defaultCandidate = false)
        PooledDataSource readDataSource(WhereToConnect where, Environment environment) throws SQLException {
            return where.openForReading(PoolSettings.of(environment));
        }

        /**
         * The data source, with the pool for all other transactions.
         *
         * @param where where to connect
         * @param environment has the settings
         * @param readDataSource the other pool
         * @return closed with the application
         * @throws SQLException if there is an {@code open-timeout} and no connection could be made within it
         */
        @Bean(destroyMethod = "close")
        @Primary
        ReadWriteDataSource dataSource(
                WhereToConnect where,
                Environment environment,
                @Qualifier("readDataSource") PooledDataSource readDataSource)
                throws SQLException {
            PoolSettings.warnOfHikariCp(environment);
            return new ReadWriteDataSource(where.open(PoolSettings.of(environment)), readDataSource);
        }
    }

    /**
     * Where to connect, from whichever Spring Boot.
     *
     * @param name of the pool, or null for that of the bean
     * @param user for a class that makes the connections, or null
     * @param password the same
     * @param byUrl in place of such a class; fails if there is no URL
     */
    record WhereToConnect(String name, String user, String password, Supplier<ByUrl> byUrl) {

        PooledDataSource open(PoolSettings settings) throws SQLException {
            PooledDataSourceBuilder builder = PooledDataSource.builder();
            if (settings.hasDataSourceClass()) {
                connectAs(builder, user, password);
            } else {
                ByUrl where = byUrl.get();
                where.connect(builder, where.url());
            }
            return named(builder).properties(settings.properties()).build();
        }

        /** With the same settings; each connection is lent as one that only reads. */
        PooledDataSource openForReading(PoolSettings settings) throws SQLException {
            settings.refuseOtherPlace();
            PooledDataSourceBuilder builder = PooledDataSource.builder();
            byUrl.get().connect(builder, settings.readUrl());
            return named(builder)
                    .properties(settings.properties())
                    .readOnly(true)
                    .pool(pool -> pool.name(pool.config().name() + "-read"))
                    .build();
        }

        private PooledDataSourceBuilder named(PooledDataSourceBuilder builder) {
            return builder.pool(pool -> pool.name(name == null ? "dataSource" : name));
        }

        /** Has no secret. */
        @Override
        public String toString() {
            return "WhereToConnect";
        }
    }

    /**
     * A URL, and who connects.
     *
     * @param url for the driver
     * @param user or null
     * @param password or null
     * @param driverClassName or null
     */
    record ByUrl(String url, String user, String password, String driverClassName) {

        void connect(PooledDataSourceBuilder builder, String to) {
            builder.url(to);
            connectAs(builder, user, password);
            if (driverClassName != null) {
                builder.driverClassName(driverClassName);
            }
        }

        /** Has no secret: a URL may carry one, too. */
        @Override
        public String toString() {
            return "ByUrl";
        }
    }

    private static void connectAs(PooledDataSourceBuilder builder, String user, String password) {
        if (user != null) {
            builder.user(user);
        }
        if (password != null) {
            builder.password(password);
        }
    }
}
