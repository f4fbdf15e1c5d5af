package dev.cenote.pool.jdbc.spring;

import dev.cenote.micrometer.PoolMetrics;
import dev.cenote.pool.Pool;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Meters of each pool of connections, under OpenTelemetry's names unless {@code management.metrics.cenote.names} has others. Spring
 * Boot binds them to the application's registries, if there are any.
 *
 * @since 0.9.0
 */
@AutoConfiguration(after = CenoteDataSourceAutoConfiguration.class)
@Conditional(OnSupportedSpringBoot.class)
@ConditionalOnClass({MeterRegistry.class, PoolMetrics.class})
public class CenoteMetricsAutoConfiguration {

    private static final String NAMES = "management.metrics.cenote.names";
    private static final String OPEN_TELEMETRY = "opentelemetry";
    private static final String HIKARICP = "hikaricp";

    /**
     * Spring makes it.
     *
     * @since 0.9.0
     */
    public CenoteMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "cenotePoolMeters")
    MeterBinder cenotePoolMeters(ConfigurableListableBeanFactory beans, Environment environment) {
        Set<String> names = names(environment);
        return registry -> PoolBeans.poolsOf(beans).values().forEach(pool -> bind(pool, names, registry));
    }

    private static void bind(Pool<?> pool, Set<String> names, MeterRegistry registry) {
        if (names.contains(OPEN_TELEMETRY)) {
            PoolMetrics.ofConnections(pool).bindTo(registry);
        }
        if (names.contains(HIKARICP)) {
            PoolMetrics.likeHikariCp(pool).bindTo(registry);
        }
    }

    private static Set<String> names(Environment environment) {
        Set<String> names = new TreeSet<>();
        for (String name : environment.getProperty(NAMES, String[].class, new String[] {OPEN_TELEMETRY})) {
            if (!name.equals(OPEN_TELEMETRY) && !name.equals(HIKARICP)) {
                throw new IllegalArgumentException(
                        NAMES + " must be " + OPEN_TELEMETRY + ", " + HIKARICP + " or both, but was " + name);
            }
            names.add(name);
        }
        return names;
    }
}
