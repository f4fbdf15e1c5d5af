package dev.cenote.pool.jdbc;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolBuilder;
import java.sql.Connection;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The settings by their names: see {@link PooledDataSourceBuilder#properties}. */
final class NamedSettings {

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d|)");
    private static final Pattern SECRET = Pattern.compile("(?i)pass|pwd|secret|token");
    private static final String RANGE = Pattern.quote("..");
    private static final Map<String, BiConsumer<PooledDataSourceBuilder, String>> BY_NAME = new LinkedHashMap<>();

    /** For messages. */
    private static final Map<String, String> SPELLED = new TreeMap<>();

    /** JDBC's, and those of vendors: Informix's, and SQL Server's by its own name and by HikariCP's. */
    private static final Map<String, Integer> ISOLATIONS = new LinkedHashMap<>();

    static {
        for (Isolation isolation : Isolation.values()) {
            ISOLATIONS.put(isolation.name(), isolation.level());
        }
        ISOLATIONS.put("NONE", Connection.TRANSACTION_NONE);
        ISOLATIONS.put("CURSOR_STABILITY", 3);
        ISOLATIONS.put("LAST_COMMITTED", 5);
        ISOLATIONS.put("SNAPSHOT", 4096);
        ISOLATIONS.put("SQL_SERVER_SNAPSHOT_ISOLATION_LEVEL", 4096);
        ofText("url", PooledDataSourceBuilder::url);
        ofText("driverClassName", PooledDataSourceBuilder::driverClassName);
        ofText("user", PooledDataSourceBuilder::user);
        ofText("username", PooledDataSourceBuilder::user);
        ofText("password", PooledDataSourceBuilder::password);
        ofText("connectionInitSql", PooledDataSourceBuilder::connectionInitSql);
        ofText("onReturn", PooledDataSourceBuilder::onReturn);
        of("autoCommit", NamedSettings::flag, PooledDataSourceBuilder::autoCommit);
        of("readOnly", NamedSettings::flag, PooledDataSourceBuilder::readOnly);
        of("transactionIsolation", NamedSettings::isolation, PooledDataSourceBuilder::transactionIsolation);
        ofText("catalog", PooledDataSourceBuilder::catalog);
        ofText("schema", PooledDataSourceBuilder::schema);
        of("networkTimeout", NamedSettings::time, PooledDataSourceBuilder::networkTimeout);
        ofText("testQuery", PooledDataSourceBuilder::testQuery);
        of("fatalSqlStates", NamedSettings::list, PooledDataSourceBuilder::fatalSqlStates);
        of("timeoutsAreFatal", NamedSettings::flag, PooledDataSourceBuilder::timeoutsAreFatal);
        ofText(
                "faultOverride",
                (builder, name) -> builder.faultOverride(Classes.make("faultOverride", name, FaultOverride.class)));
        of("openTimeout", NamedSettings::time, PooledDataSourceBuilder::openTimeout);
        ofText("name", (builder, name) -> builder.pool(pool -> pool.name(name)));
        ofPool("maxSize", NamedSettings::whole, PoolBuilder::maxSize);
        ofPool("minIdle", NamedSettings::whole, PoolBuilder::minIdle);
        ofPool("maxWaiters", NamedSettings::whole, PoolBuilder::maxWaiters);
        ofPool("acquireTimeout", NamedSettings::time, PoolBuilder::acquireTimeout);
        ofPool("idleTimeout", NamedSettings::time, PoolBuilder::idleTimeout);
        ofPool("maxLifetime", NamedSettings::time, PoolBuilder::maxLifetime);
        ofPool("lifetimeJitter", NamedSettings::share, PoolBuilder::lifetimeJitter);
        ofPool("maxUses", NamedSettings::large, PoolBuilder::maxUses);
        ofPool("maxLeaseTime", NamedSettings::time, PoolBuilder::maxLeaseTime);
        ofPool("leakThreshold", NamedSettings::time, PoolBuilder::leakThreshold);
        ofPool("leakTraces", NamedSettings::whole, PoolBuilder::leakTraces);
        ofPool("detectStalls", NamedSettings::flag, PoolBuilder::detectStalls);
        ofPool("validateOnCreate", NamedSettings::flag, PoolBuilder::validateOnCreate);
        ofPool("validateIfIdleFor", NamedSettings::time, PoolBuilder::validateIfIdleFor);
        ofPool("validateOnRelease", NamedSettings::flag, PoolBuilder::validateOnRelease);
        ofPool("keepaliveTime", NamedSettings::time, PoolBuilder::keepaliveTime);
        ofPool("validationTimeout", NamedSettings::time, PoolBuilder::validationTimeout);
        ofPool("createTimeout", NamedSettings::time, PoolBuilder::createTimeout);
        ofPool("destroyTimeout", NamedSettings::time, PoolBuilder::destroyTimeout);
        ofPool("shutdownGrace", NamedSettings::time, PoolBuilder::shutdownGrace);
        ofPool("maxConcurrentCreates", NamedSettings::whole, PoolBuilder::maxConcurrentCreates);
        ofPool("maxConcurrentDestroys", NamedSettings::whole, PoolBuilder::maxConcurrentDestroys);
        ofPool("failFastAfter", NamedSettings::time, PoolBuilder::failFastAfter);
        ofPool("createBackoff", NamedSettings::range, (builder, range) -> builder.createBackoff(range[0], range[1]));
        ofPool("maxConcurrentRetirements", NamedSettings::whole, PoolBuilder::maxConcurrentRetirements);
        ofPool("idleOrder", enumOf(IdleOrder.class), PoolBuilder::idleOrder);
        ofPool("fairness", NamedSettings::fairness, PoolBuilder::fairness);
        ofPool("jmx", NamedSettings::flag, PoolBuilder::jmx);
        ofPool("useTimes", NamedSettings::whole, PoolBuilder::useTimes);
    }

    private NamedSettings() {}

    private static void ofText(String name, BiConsumer<PooledDataSourceBuilder, String> setter) {
        SPELLED.put(plain(name), name);
        BY_NAME.put(plain(name), setter);
    }

    private static <V> void of(String name, Function<String, V> parser, BiConsumer<PooledDataSourceBuilder, V> setter) {
        SPELLED.put(plain(name), name);
        BY_NAME.put(plain(name), (builder, text) -> setter.accept(builder, parsed(name, text, parser)));
    }

    private static <V> void ofPool(String name, Function<String, V> parser, BiConsumer<PoolBuilder<?>, V> setter) {
        of(name, parser, (builder, value) -> builder.pool(pool -> setter.accept(pool, value)));
    }

    private static <V> V parsed(String name, String text, Function<String, V> parser) {
        try {
            return parser.apply(text.trim());
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(name + " does not fit: '" + text + "': " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage(), e);
        }
    }

    /** Applies them in the order of their names, the URL last, so that the outcome does not depend on the order of a hash table. */
    static void apply(Properties properties, PooledDataSourceBuilder builder) {
        Map<String, Object> ofDataSource = new TreeMap<>();
        String dataSourceClassName = null;
        String url = null;
        for (Map.Entry<String, Object> property : values(properties).entrySet()) {
            String name = property.getKey();
            Object value = property.getValue();
            String prefix = plain(name.substring(0, name.indexOf('.') + 1));
            String rest = name.substring(name.indexOf('.') + 1);
            BiConsumer<PooledDataSourceBuilder, String> setting = BY_NAME.get(plain(name));
            if (prefix.equals("datasource.")) {
                ofDataSource.put(rest, value);
            } else if (plain(name).equals("datasource") && value instanceof DataSource source) {
                builder.dataSource(source);
            } else if (!(value instanceof String text)) {
                throw new IllegalArgumentException(name + " must be a text, a number, true or false, but was a "
                        + value.getClass().getName());
            } else if (plain(name).equals("url")) {
                url = text;
            } else if (setting != null) {
                setting.accept(builder, text);
            } else if (plain(name).equals("datasourceclassname")) {
                dataSourceClassName = text;
            } else if (prefix.equals("driverproperty.")) {
                builder.driverProperty(rest, text);
            } else {
                throw new IllegalArgumentException("no setting is named '" + name + "'"
                        + hint(name).orElseGet(() -> "; they are " + String.join(", ", SPELLED.values())));
            }
        }
        if (url != null) {
            builder.url(url); // last: what it says itself holds
        }
        if (dataSourceClassName != null) {
            DataSource source = Classes.make("dataSourceClassName", dataSourceClassName, DataSource.class);
            ofDataSource.forEach((property, value) -> Classes.set(source, property, value));
            builder.dataSource(source, ofDataSource);
        } else if (!ofDataSource.isEmpty()) {
            throw new IllegalArgumentException(
                    "dataSource." + ofDataSource.keySet().iterator().next() + " needs a dataSourceClassName");
        }
    }

    /**
     * Names and values, in order; numbers and the like as texts, and other objects as they are. Without blanks around them, but for
     * a secret, which may begin or end with one.
     */
    static SortedMap<String, Object> values(Properties properties) {
        SortedMap<String, Object> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> {
            String value = properties.getProperty(name);
            values.put(name.trim(), SECRET.matcher(name).find() ? value : value.trim());
        });
        properties.forEach((name, value) -> {
            if (!(value instanceof String)) {
                boolean isText = value instanceof Number
                        || value instanceof Boolean
                        || value instanceof Enum<?>
                        || value instanceof Duration;
                values.put(String.valueOf(name).trim(), isText ? value.toString() : value);
            }
        });
        return values;
    }

    static String plain(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** How a message about a name that is not known goes on. */
    static Optional<String> hint(String given) {
        String name = plain(given);
        if (SPELLED.containsKey(name)) {
            return Optional.empty();
        }
        String counterpart = HikariNames.counterpart(name);
        if (counterpart != null) {
            return Optional.of(", which is HikariCP's: " + counterpart);
        }
        return SPELLED.keySet().stream()
                .filter(known -> known.length() > 3 && (known.contains(name) || name.contains(known)))
                .max(Comparator.comparingInt(String::length))
                .map(known -> "; did you mean " + SPELLED.get(known) + "?");
    }

    // --- values

    private static int whole(String text) {
        return Integer.parseInt(text);
    }

    private static long large(String text) {
        return Long.parseLong(text);
    }

    private static double share(String text) {
        return Double.parseDouble(text);
    }

    static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, but was '" + text + "'");
        };
    }

    /** The name of a level, with or without the prefix of its constant, or its number. */
    private static int isolation(String text) {
        String name = text.toUpperCase(Locale.ROOT).replace('-', '_').replaceFirst("^TRANSACTION_", "");
        Integer level = name.matches("[0-9]{1,9}") ? Integer.valueOf(name) : ISOLATIONS.get(name);
        if (level == null) {
            throw new IllegalArgumentException("must be a number or one of " + String.join(", ", ISOLATIONS.keySet())
                    + ", but was '" + text + "'");
        }
        return level;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::trim).toList();
    }

    static Duration time(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return Duration.parse(text);
        }
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofMillis(number);
        };
    }

    /** From the first to the last, as in {@code 50ms..1s}. */
    private static Duration[] range(String text) {
        String[] ends = text.split(RANGE, 2);
        if (ends.length < 2) {
            throw new IllegalArgumentException("must be two times, as in 50ms..1s, but was '" + text + "'");
        }
        return new Duration[] {time(ends[0].trim()), time(ends[1].trim())};
    }

    private static Fairness fairness(String text) {
        String plain = text.toLowerCase(Locale.ROOT);
        if (plain.equals("strict")) {
            return Fairness.STRICT;
        }
        if (plain.startsWith("eventual:")) {
            return Fairness.eventual(time(plain.substring("eventual:".length())));
        }
        throw new IllegalArgumentException("must be strict, or eventual: and a time, but was '" + text + "'");
    }

    private static <E extends Enum<E>> Function<String, E> enumOf(Class<E> type) {
        return text -> {
            for (E constant : type.getEnumConstants()) {
                if (plain(constant.name()).equals(plain(text))) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("must be one of "
                    + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "))
                    + ", but was '" + text + "'");
        };
    }
}
