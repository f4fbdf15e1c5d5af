package dev.cenote.pool.jdbc.spring;

import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Settings of a pool from the application's environment, by the names of {@link
 * dev.cenote.pool.jdbc.PooledDataSourceBuilder#properties}.
 *
 * @param properties the settings
 * @param readUrl where the second pool connects, or null
 */
record PoolSettings(Properties properties, String readUrl) {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc.spring");
    private static final ConfigurationPropertyName OF_HIKARICP =
            ConfigurationPropertyName.of("spring.datasource.hikari");
    private static final String READ_URL = "readUrl";

    /** The settings whose names have a part of the user's. */
    private static final Set<String> MAPS = Set.of("dataSource", "driverProperty");

    private static final Set<String> KNOWN = Arrays.stream(CenoteProperties.class.getRecordComponents())
            .map(component -> plain(component.getName()))
            .collect(Collectors.toUnmodifiableSet());

    /** Of the data source that the starter makes. What is not known here is left to the builder, which refuses it. */
    static PoolSettings of(Environment environment) {
        PoolSettings settings = under(CenoteProperties.PREFIX, environment);
        Binder binder = Binder.get(environment);
        ConfigurationPropertyName prefix = ConfigurationPropertyName.of(CenoteProperties.PREFIX);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            names(source, prefix).forEach(name -> {
                List<String> elements = elements(name, prefix);
                if (!isKnown(elements)) {
                    settings.properties.putIfAbsent(
                            String.join("-", elements),
                            binder.bind(name, Bindable.of(String.class)).orElse(""));
                }
            });
        }
        return settings;
    }

    /** Connections are made by a class that the settings name, and not from a URL. */
    boolean hasDataSourceClass() {
        return properties.containsKey("dataSourceClassName");
    }

    /** What holds for both pools must not say where one connects: the reads would go there, too. */
    void refuseOtherPlace() {
        if (hasDataSourceClass()) {
            throw new IllegalArgumentException(
                    CenoteProperties.PREFIX + ".data-source-class-name: with read-url both pools connect by URL");
        }
        if (properties.stringPropertyNames().stream()
                .anyMatch(name -> plain(name).equals("url"))) {
            throw new IllegalArgumentException(CenoteProperties.PREFIX
                    + ".url: with read-url it would be the URL of both pools; use spring.datasource.url");
        }
    }

    /** Those that are known. */
    static PoolSettings under(String prefix, Environment environment) {
        return Binder.get(environment)
                .bind(prefix, Bindable.of(CenoteProperties.class))
                .map(bound -> {
                    Properties properties = bound.asProperties();
                    properties.remove(READ_URL);
                    return new PoolSettings(properties, bound.readUrl());
                })
                .orElseGet(() -> new PoolSettings(new Properties(), null));
    }

    /**
     * Names right below a prefix that are no settings. Variables of the environment are left out: a prefix may be the beginning
     * of others' names.
     */
    static Set<String> unknown(String prefix, Environment environment) {
        ConfigurationPropertyName parent = ConfigurationPropertyName.of(prefix);
        UnboundElementsSourceFilter filter = new UnboundElementsSourceFilter();
        Set<String> unknown = new TreeSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (filter.apply(source)) {
                names(source, parent)
                        .map(name -> elements(name, parent))
                        .filter(elements -> elements.size() == 1 && !isKnown(elements))
                        .forEach(elements -> unknown.add(elements.get(0)));
            }
        }
        return unknown;
    }

    /** Tells, in one line, what of HikariCP's settings was left behind. */
    static void warnOfHikariCp(Environment environment) {
        Set<String> left = new TreeSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            names(source, OF_HIKARICP).forEach(name -> left.add(name.toString()));
        }
        if (!left.isEmpty()) {
            LOG.warn(
                    "HikariCP's settings have no effect, since the pool is Cenote's: {}. Cenote's begin with {}"
                            + " (see https://cenote.dev/help#setting-left-out)",
                    String.join(", ", left),
                    CenoteProperties.PREFIX);
        }
    }

    private static Stream<ConfigurationPropertyName> names(
            ConfigurationPropertySource source, ConfigurationPropertyName parent) {
        return source instanceof IterableConfigurationPropertySource iterable
                ? iterable.stream().filter(parent::isAncestorOf)
                : Stream.empty();
    }

    private static List<String> elements(ConfigurationPropertyName name, ConfigurationPropertyName parent) {
        return IntStream.range(parent.getNumberOfElements(), name.getNumberOfElements())
                .mapToObj(index -> name.getElement(index, Form.ORIGINAL))
                .toList();
    }

    /** In a variable of the environment each word is an element: {@code max.size}. Elements of a list have an index. */
    private static boolean isKnown(List<String> elements) {
        String name = plain(String.join("", elements));
        return KNOWN.contains(name)
                || KNOWN.contains(name.replaceFirst("[0-9]+$", ""))
                || (elements.size() > 1 && MAPS.stream().anyMatch(map -> name.startsWith(plain(map))));
    }

    /** Case, dashes and underscores do not matter. */
    static String plain(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(java.util.Locale.ROOT);
    }
}
