package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.Pool;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * What every {@link dev.cenote.pool.jdbc.PooledDataSource} of an application gets, whether the starter made it or the application
 * did: its settings, {@code jdbc.connections.*} among the meters, and an orderly stop.
 *
 * @since 0.9.0
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.jdbc.DataSourcePoolMetricsAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration"
        })
@Conditional(OnSupportedSpringBoot.class)
public class CenotePoolsAutoConfiguration {

    /**
     * Spring makes it.
     *
     * @since 0.9.0
     */
    public CenotePoolsAutoConfiguration() {}

    @Bean
    static PoolBeans cenotePoolBeans(ApplicationContext application, ConfigurableListableBeanFactory beans) {
        return new PoolBeans(application, beans);
    }

    /** By an interface: it is found through the proxies that others put before a data source. */
    @Bean
    DataSourcePoolMetadataProvider cenoteDataSourcePoolMetadataProvider() {
        return source -> {
            Pool<?> pool = DataSourceUnwrapper.unwrap(source, Pool.class);
            return pool == null ? null : new PoolMetadata(pool);
        };
    }

    @Bean
    PoolLifecycle cenotePoolLifecycle(ApplicationContext application, PoolBeans beans) {
        return new PoolLifecycle(application, beans);
    }
}
