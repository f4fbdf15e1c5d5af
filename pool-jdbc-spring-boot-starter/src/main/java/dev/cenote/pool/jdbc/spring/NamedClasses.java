package dev.cenote.pool.jdbc.spring;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.TypeReference;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Classes that the settings give as text: a native image would not have them, since nothing else names them. It reads the
 * settings as they are when the image is built.
 */
final class NamedClasses implements BeanFactoryInitializationAotProcessor {

    private static final Set<String> SETTINGS = Set.of("driver-class-name", "data-source-class-name", "fault-override");

    NamedClasses() {}

    @Override
    public BeanFactoryInitializationAotContribution processAheadOfTime(ConfigurableListableBeanFactory beans) {
        Environment environment =
                beans.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class);
        Set<String> classes = new TreeSet<>();
        prefixes(beans).forEach(prefix -> addNamed(prefix, environment, classes));
        if (classes.isEmpty()) {
            return null;
        }
        return (generation, code) -> classes.forEach(name -> generation
                .getRuntimeHints()
                .reflection()
                .registerType(
                        TypeReference.of(name),
                        MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS,
                        MemberCategory.INVOKE_PUBLIC_METHODS));
    }

    /** Of any data source: what a bean will be may be told by its code only, and not by its type. */
    private static Stream<String> prefixes(ConfigurableListableBeanFactory beans) {
        return Stream.concat(
                Stream.of("spring.datasource", CenoteProperties.PREFIX),
                Stream.of(beans.getBeanNamesForType(DataSource.class, true, false))
                        .map(name -> beans.findAnnotationOnBean(name, ConfigurationProperties.class, false))
                        .filter(Objects::nonNull)
                        .map(ConfigurationProperties::prefix));
    }

    private static void addNamed(String prefix, Environment environment, Set<String> classes) {
        for (String setting : SETTINGS) {
            add(environment.getProperty(prefix + "." + setting), classes);
        }
        for (String url : Set.of("url", "read-url")) {
            add(
                    DatabaseDriver.fromJdbcUrl(environment.getProperty(prefix + "." + url))
                            .getDriverClassName(),
                    classes);
        }
    }

    private static void add(String name, Set<String> classes) {
        if (name != null && ClassUtils.isPresent(name, NamedClasses.class.getClassLoader())) {
            classes.add(name);
        }
    }
}
