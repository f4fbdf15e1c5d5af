package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.Pool;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.context.properties.ConfigurationPropertiesBean;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Looks after the data sources that an application declares as beans. One that is bound by {@code
 * @ConfigurationProperties("app.orders")} takes the settings of its pool from there. Each is opened when the application starts:
 * what is wrong with its settings is told then. When the application is closed, the time that has gone by for holders is not given
 * to them once more.
 */
final class PoolBeans implements DestructionAwareBeanPostProcessor, ApplicationListener<ContextClosedEvent>, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc.spring");

    /** What the bean itself has setters for, in plain form. */
    private static final Set<String> SETTERS =
            Set.of("url", "username", "password", "driverclassname", "properties", "logintimeout");

    private final ApplicationContext application;
    private final ConfigurableListableBeanFactory beans;
    private final Set<Pool<?>> pools = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private volatile long closedAtNanos;
    private volatile boolean isClosing;

    PoolBeans(ApplicationContext application, ConfigurableListableBeanFactory beans) {
        this.application = application;
        this.beans = beans;
    }

    /** After Spring Boot has bound the bean's own properties. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof PooledDataSource source) {
            ConfigurationPropertiesBean bound = ConfigurationPropertiesBean.get(application, bean, name);
            if (bound != null) {
                try {
                    configure(source, name, bound.getAnnotation().prefix());
                } catch (RuntimeException e) {
                    source.close(); // Spring does not destroy what it could not initialize.
                    throw e;
                }
            }
        }
        return bean;
    }

    private void configure(PooledDataSource source, String name, String prefix) {
        PoolSettings settings = PoolSettings.under(prefix, application.getEnvironment());
        if (settings.readUrl() != null) {
            throw new BeanCreationException(
                    name, prefix + ".read-url: a second pool is made for " + CenoteProperties.PREFIX + " only");
        }
        Properties properties = settings.properties();
        if (!properties.isEmpty()) {
            properties.putIfAbsent("name", name);
            source.setProperties(properties);
        }
        Set<String> unknown = PoolSettings.unknown(prefix, application.getEnvironment());
        unknown.removeIf(setting -> SETTERS.contains(PoolSettings.plain(setting)));
        if (!unknown.isEmpty()) {
            LOG.warn(
                    "Of the data source '{}' these settings are not known and have no effect: {}"
                            + " (see https://cenote.dev/help#setting-left-out)",
                    name,
                    unknown.stream()
                            .map(setting -> prefix + "." + setting + PooledDataSourceBuilder.hint(setting))
                            .collect(Collectors.joining("; ")));
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof PooledDataSource source) {
            try {
                source.pool();
            } catch (SQLException e) {
                throw new BeanCreationException(name, e.getMessage(), e);
            }
        }
        if (bean instanceof DataSource source) {
            Pool<?> pool = DataSourceUnwrapper.unwrap(source, Pool.class);
            if (pool != null) {
                pools.add(pool);
            }
        }
        return bean;
    }

    /** The pools of all data sources that can be injected, by the names of the beans. */
    static Map<String, Pool<?>> poolsOf(ConfigurableListableBeanFactory beans) {
        Map<String, Pool<?>> pools = new LinkedHashMap<>();
        SimpleAutowireCandidateResolver.resolveAutowireCandidates(beans, DataSource.class, false, true)
                .forEach((name, source) -> {
                    Pool<?> pool = DataSourceUnwrapper.unwrap(source, Pool.class);
                    if (pool != null) {
                        pools.put(name, pool);
                    }
                });
        return pools;
    }

    /** Those of the application that are open. */
    List<Pool<?>> pools() {
        synchronized (pools) {
            return pools.stream().filter(pool -> !pool.isClosed()).collect(Collectors.toList());
        }
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == application) {
            closedAtNanos = System.nanoTime();
            isClosing = true;
        }
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof PooledDataSource || bean instanceof ReadWriteDataSource;
    }

    /** If Spring will call the bean's {@code close} after this. */
    @Override
    public void postProcessBeforeDestruction(Object bean, String name) {
        if (isClosing && requiresDestruction(bean) && isClosedBySpring(name)) {
            Pool<?> pool = DataSourceUnwrapper.unwrap((DataSource) bean, Pool.class);
            Duration left = pool.config().shutdownGrace().minusNanos(System.nanoTime() - closedAtNanos);
            pool.shutdown(left.isNegative() ? Duration.ZERO : left);
        }
    }

    /** Unless its definition says otherwise, as {@code @Bean(destroyMethod = "")} does. */
    private boolean isClosedBySpring(String name) {
        if (!beans.containsBeanDefinition(name)) {
            return false;
        }
        String method = beans.getMergedBeanDefinition(name).getDestroyMethodName();
        return method == null || method.equals(AbstractBeanDefinition.INFER_METHOD) || method.equals("close");
    }
}
