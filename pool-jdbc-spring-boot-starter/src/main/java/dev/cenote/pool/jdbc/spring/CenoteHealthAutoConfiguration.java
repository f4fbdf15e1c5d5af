package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.PoolHealth;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Shows how the pools do, and why, as {@code cenote} among the health of an application.
 *
 * @since 0.9.0
 */
@AutoConfiguration(
        after = CenoteDataSourceAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
@Conditional(OnSupportedSpringBoot.class)
@ConditionalOnBean(DataSource.class)
public class CenoteHealthAutoConfiguration {

    /**
     * Spring makes it.
     *
     * @since 0.9.0
     */
    public CenoteHealthAutoConfiguration() {}

    /** Spring Boot 3 has its classes in other packages than Spring Boot 4. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator")
    static class OfSpringBoot3 {

        @Bean
        @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator("cenote")
        org.springframework.boot.actuate.health.CompositeHealthContributor cenoteHealthContributor(
                ConfigurableListableBeanFactory beans) {
            return org.springframework.boot.actuate.health.CompositeHealthContributor.fromMap(
                    PoolReport.ofAll(beans), Function.<PoolReport>identity().andThen(Indicator::new));
        }

        /** Of one pool. */
        private static final class Indicator extends org.springframework.boot.actuate.health.AbstractHealthIndicator {

            private final PoolReport report;

            Indicator(PoolReport report) {
                this.report = report;
            }

            @Override
            protected void doHealthCheck(org.springframework.boot.actuate.health.Health.Builder builder) {
                Map<String, Object> details = report.details();
                (details.get(PoolReport.STATUS) == PoolHealth.Status.FAILED ? builder.down() : builder.up())
                        .withDetails(details);
            }
        }
    }

    /** The same. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator")
    static class OfSpringBoot4 {

        @Bean
        @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator("cenote")
        org.springframework.boot.health.contributor.CompositeHealthContributor cenoteHealthContributor(
                ConfigurableListableBeanFactory beans) {
            return org.springframework.boot.health.contributor.CompositeHealthContributor.fromMap(
                    PoolReport.ofAll(beans), Function.<PoolReport>identity().andThen(Indicator::new));
        }

        /** Of one pool. */
        private static final class Indicator
                extends org.springframework.boot.health.contributor.AbstractHealthIndicator {

            private final PoolReport report;

            Indicator(PoolReport report) {
                this.report = report;
            }

            @Override
            protected void doHealthCheck(org.springframework.boot.health.contributor.Health.Builder builder) {
                Map<String, Object> details = report.details();
                (details.get(PoolReport.STATUS) == PoolHealth.Status.FAILED ? builder.down() : builder.up())
                        .withDetails(details);
            }
        }
    }
}
