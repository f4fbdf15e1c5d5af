package dev.cenote.pool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link PoolConfig} as text. For an object of the user's only the class is shown, because its text may contain a
 * password.
 */
final class SettingsTable {

    private SettingsTable() {}

    static Map<String, String> of(PoolConfig<?> config) {
        Map<String, String> texts = new LinkedHashMap<>();
        put(texts, "name", config.name);
        put(texts, "maxSize", config.maxSize);
        put(texts, "minIdle", config.minIdle);
        put(texts, "maxWaiters", config.maxWaiters);
        put(texts, "acquireTimeout", config.acquireTimeout);
        put(texts, "idleTimeout", config.idleTimeout);
        put(texts, "sizingPolicy", config.sizingPolicy);
        put(texts, "maxLifetime", config.maxLifetime);
        put(texts, "lifetimeJitter", config.lifetimeJitter);
        put(texts, "maxUses", config.maxUses);
        put(texts, "maxLeaseTime", config.maxLeaseTime);
        put(texts, "leakThreshold", config.leakThreshold);
        put(texts, "leakTraces", config.leakTraces);
        put(texts, "detectStalls", config.detectStalls);
        put(texts, "useTimes", config.useTimes);
        put(texts, "validator", config.validator);
        put(texts, "validateOnCreate", config.validateOnCreate);
        put(texts, "validateIfIdleFor", config.validateIfIdleFor);
        put(texts, "validateOnRelease", config.validateOnRelease);
        put(texts, "keepaliveTime", config.keepaliveTime);
        put(texts, "validationTimeout", config.validationTimeout);
        put(texts, "createTimeout", config.createTimeout);
        put(texts, "destroyTimeout", config.destroyTimeout);
        put(texts, "shutdownGrace", config.shutdownGrace);
        put(texts, "maxConcurrentCreates", config.maxConcurrentCreates);
        put(texts, "maxConcurrentDestroys", config.maxConcurrentDestroys);
        put(texts, "failFastAfter", config.failFastAfter);
        put(texts, "openTimeout", config.openTimeout);
        put(texts, "firstBackoff", config.firstBackoff);
        put(texts, "longestBackoff", config.longestBackoff);
        put(texts, "maxConcurrentRetirements", config.maxConcurrentRetirements);
        put(texts, "idleOrder", config.idleOrder);
        put(texts, "fairness", config.fairness);
        put(texts, "executor", config.executor);
        put(texts, "budget", config.budget);
        put(texts, "reserved", config.reserved);
        put(texts, "weight", config.weight);
        put(texts, "listener", config.listener == PoolListener.NONE ? null : config.listener);
        put(texts, "jmx", config.jmx);
        put(texts, "ticker", config.ticker == Ticker.system() ? null : config.ticker);
        put(texts, "factory", config.factory);
        return texts;
    }

    private static void put(Map<String, String> texts, String name, @Nullable Object value) {
        texts.put(name, text(value));
    }

    /** Those that are not the defaults, without the name and the factory, which every pool has. */
    static <T> Map<String, String> changed(PoolConfig<T> config) {
        Map<String, String> texts = of(config);
        Map<String, String> defaults = of(new PoolConfig<>(config.factory));
        texts.entrySet().removeIf(it -> it.getValue().equals(defaults.get(it.getKey())));
        texts.remove("name");
        return texts;
    }

    static String table(PoolConfig<?> config) {
        Map<String, String> changed = changed(config);
        StringBuilder table = new StringBuilder("pool '" + config.name + "'");
        of(config).forEach((name, text) -> {
            if (!name.equals("name")) {
                table.append(String.format("%n  %s %-24s  %s", changed.containsKey(name) ? '*' : ' ', name, text));
            }
        });
        return table.append(String.format("%n  (* not the default)")).toString();
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "none";
        }
        if (value instanceof Duration time) {
            return time(time);
        }
        if (value instanceof Fairness fairness) {
            return fairness.isStrict() ? "strict" : "eventual, " + time(fairness.bound());
        }
        boolean isPlain = value instanceof Number || value instanceof Boolean || value instanceof Enum<?>;
        return isPlain || value instanceof String
                ? value.toString()
                : type(value.getClass().getName());
    }

    /** The name of a lambda's class says nothing but where it stands. */
    private static String type(String name) {
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda) + " (lambda)";
    }

    private static String time(Duration time) {
        long millis = TimeUnit.MILLISECONDS.convert(time);
        if (time.isZero() || !time.equals(Duration.ofMillis(millis))) {
            return time.isZero() ? "0" : time.toString();
        }
        if (millis % 1_000 != 0) {
            return millis + " ms";
        }
        return millis % 60_000 != 0 ? millis / 1_000 + " s" : millis / 60_000 + " min";
    }
}
