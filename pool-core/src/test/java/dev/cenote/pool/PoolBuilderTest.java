package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolBuilderTest {

    private static PoolBuilder<Object> builder() {
        return Pool.builder(Object::new);
    }

    static Stream<Arguments> badValues() {
        Duration negative = Duration.ofMillis(-1);
        return Stream.of(
                bad("maxSize", "0", it -> it.maxSize(0)),
                bad("maxSize", "1000001", it -> it.maxSize(1_000_001)),
                bad("minIdle", "-1", it -> it.minIdle(-1)),
                bad("minIdle", "11", it -> it.minIdle(11)),
                bad("maxWaiters", "-1", it -> it.maxWaiters(-1)),
                bad("name", "' '", it -> it.name(" ")),
                bad("acquireTimeout", "PT-0.001S", it -> it.acquireTimeout(negative)),
                bad("idleTimeout", "PT-0.001S", it -> it.idleTimeout(negative)),
                bad("maxLifetime", "PT-0.001S", it -> it.maxLifetime(negative)),
                bad("maxLeaseTime", "PT-0.001S", it -> it.maxLeaseTime(negative)),
                bad("lifetimeJitter", "1.0", it -> it.lifetimeJitter(1)),
                bad("lifetimeJitter", "NaN", it -> it.lifetimeJitter(Double.NaN)),
                bad("maxUses", "-1", it -> it.maxUses(-1)),
                bad("validateIfIdleFor", "PT-0.001S", it -> it.validateIfIdleFor(negative)),
                bad("validationTimeout", "PT0S", it -> it.validationTimeout(Duration.ZERO)),
                bad("keepaliveTime", "PT-0.001S", it -> it.keepaliveTime(negative)),
                bad("leakThreshold", "PT-0.001S", it -> it.leakThreshold(negative)),
                bad("leakTraces", "-1", it -> it.leakTraces(-1)),
                bad("createTimeout", "PT0S", it -> it.createTimeout(Duration.ZERO)),
                bad("destroyTimeout", "PT0S", it -> it.destroyTimeout(Duration.ZERO)),
                bad("shutdownGrace", "PT-0.001S", it -> it.shutdownGrace(negative)),
                bad("maxConcurrentCreates", "0", it -> it.maxConcurrentCreates(0)),
                bad("maxConcurrentDestroys", "0", it -> it.maxConcurrentDestroys(0)),
                bad("failFastAfter", "PT-0.001S", it -> it.failFastAfter(negative)),
                bad("openTimeout", "PT-0.001S", it -> it.openTimeout(negative)),
                bad("createBackoff", "PT0S", it -> it.createBackoff(Duration.ZERO, Duration.ZERO)),
                bad("createBackoff", "PT1S", it -> it.createBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1))),
                bad("maxConcurrentRetirements", "0", it -> it.maxConcurrentRetirements(0)),
                bad("reserved", "-1", it -> it.reserved(-1)),
                bad("reserved", "11", it -> it.reserved(11)),
                bad("reserved", "3", it -> it.budget(Budget.of(2)).reserved(3)),
                bad("weight", "0", it -> it.weight(0)),
                bad("weight", "1001", it -> it.weight(1_001)),
                bad("max", "0", it -> it.budget(Budget.of(0))),
                bad("max", "1000001", it -> it.budget(Budget.of(1_000_001))),
                bad("fairness bound", "PT0S", it -> it.fairness(Fairness.eventual(Duration.ZERO))),
                bad("fairness bound", "PT-0.001S", it -> it.fairness(Fairness.eventual(negative))));
    }

    private static Arguments bad(String setting, String value, Consumer<PoolBuilder<Object>> call) {
        return Arguments.of(setting, value, call);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badValues")
    void aBadValueIsNamedWithItsSettingAndItsRange(String setting, String value, Consumer<PoolBuilder<Object>> call) {
        assertThatThrownBy(() -> {
                    PoolBuilder<Object> builder = builder();
                    call.accept(builder);
                    builder.build();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(setting + " must")
                .hasMessageContaining("but was " + value);
    }

    @Test
    void whatIsSetIsInTheConfig() {
        PoolConfig<Object> config = builder()
                .name("orders")
                .maxSize(7)
                .minIdle(2)
                .maxWaiters(3)
                .maxUses(5)
                .maxLeaseTime(Duration.ofSeconds(9))
                .idleOrder(IdleOrder.FIFO)
                .fairness(Fairness.eventual(Duration.ofMillis(1)))
                .config();
        assertThat(config.name()).isEqualTo("orders");
        assertThat(config.limits()).isEqualTo(new PoolLimits(7, 2, 3));
        assertThat(config.maxUses()).isEqualTo(5);
        assertThat(config.maxLeaseTime()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.idleOrder()).isEqualTo(IdleOrder.FIFO);
        assertThat(config.fairness().isStrict()).isFalse();
    }

    @Test
    void aPoolKeepsItsSettingsWhenTheBuilderGoesOn() {
        PoolBuilder<Object> builder = builder().maxUses(1);
        try (Pool<Object> pool = builder.build()) {
            builder.maxUses(2);
            assertThat(pool.config().maxUses()).isEqualTo(1);
        }
    }

    @Test
    void theTableOfSettingsHasAllAndNoSecrets() {
        Factory<Object> factory = new Factory<>() {
            @Override
            public Object create() {
                return new Object();
            }

            @Override
            public String toString() {
                return "secret";
            }
        };
        PoolConfig<Object> config = Pool.builder(factory)
                .name("orders")
                .maxSize(7)
                .idleTimeout(Duration.ofMinutes(5))
                .validator(object -> true)
                .config();
        assertThat(config.settings().keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(PoolConfig.class.getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers()))
                        .map(Field::getName)
                        .toList());
        assertThat(config.settings().keySet())
                .allSatisfy(name -> assertThat(PoolConfig.class.getMethods())
                        .anyMatch(
                                method -> method.getName().equals(name) || name.matches("maxSize|minIdle|maxWaiters")));
        assertThat(config.changedSettings())
                .containsExactly(
                        Map.entry("maxSize", "7"),
                        Map.entry("idleTimeout", "5 min"),
                        Map.entry("validator", PoolBuilderTest.class.getName() + " (lambda)"));
        assertThat(config.toString())
                .startsWith("pool 'orders'")
                .contains("* maxSize                   7", "  minIdle                   0", "factory", "maxLifetime")
                .doesNotContain("secret")
                .hasLineCount(config.settings().size() + 1);
        assertThat(Pool.builder(factory).config().changedSettings()).isEmpty();
    }

    /** The javadoc of each builder method says "Default: X."; X is what the code has. */
    @Test
    void theDocumentedDefaultsAreTheRealOnes() throws IOException {
        PoolConfig<Object> config = builder().config();
        Map<String, Object> real = Map.ofEntries(
                Map.entry("name", "{@code " + config.name() + "}"),
                Map.entry("maxSize", config.maxSize()),
                Map.entry("minIdle", config.minIdle()),
                Map.entry("maxWaiters", config.maxWaiters()),
                Map.entry("acquireTimeout", words(config.acquireTimeout())),
                Map.entry("idleTimeout", words(config.idleTimeout())),
                Map.entry("sizingPolicy", config.sizingPolicy() == null ? "none" : "?"),
                Map.entry("maxLifetime", words(config.maxLifetime())),
                Map.entry("lifetimeJitter", config.lifetimeJitter()),
                Map.entry("maxUses", config.maxUses() == 0 ? "0 (no limit)" : "?"),
                Map.entry("maxLeaseTime", config.maxLeaseTime().isZero() ? "zero (never)" : "?"),
                Map.entry("validator", config.validator() == null ? "none" : "?"),
                Map.entry("validateOnCreate", config.validateOnCreate()),
                Map.entry("validateIfIdleFor", words(config.validateIfIdleFor())),
                Map.entry("validateOnRelease", config.validateOnRelease()),
                Map.entry("validationTimeout", words(config.validationTimeout())),
                Map.entry("keepaliveTime", config.keepaliveTime().isZero() ? "zero (never)" : "?"),
                Map.entry("leakThreshold", config.leakThreshold().isZero() ? "zero (never)" : "?"),
                Map.entry("detectStalls", config.detectStalls()),
                Map.entry("useTimes", config.useTimes() + " (never)"),
                Map.entry("leakTraces", config.leakTraces()),
                Map.entry("createTimeout", words(config.createTimeout())),
                Map.entry("destroyTimeout", words(config.destroyTimeout())),
                Map.entry("shutdownGrace", words(config.shutdownGrace())),
                Map.entry("maxConcurrentCreates", config.maxConcurrentCreates()),
                Map.entry("maxConcurrentDestroys", config.maxConcurrentDestroys()),
                Map.entry("failFastAfter", words(config.failFastAfter())),
                Map.entry("openTimeout", config.openTimeout().isZero() ? "zero (at the first failure)" : "?"),
                Map.entry("createBackoff", config.firstBackoff().toMillis() + " ms, " + words(config.longestBackoff())),
                Map.entry("maxConcurrentRetirements", config.maxConcurrentRetirements()),
                Map.entry("idleOrder", "{@link IdleOrder#" + config.idleOrder() + "}"),
                Map.entry("fairness", config.fairness().isStrict() ? "{@link Fairness#STRICT}" : "?"),
                Map.entry(
                        "executor",
                        config.executor() == null ? "daemon threads of the pool's own, as many as are busy" : "?"),
                Map.entry("budget", config.budget() == null ? "none" : "?"),
                Map.entry("reserved", config.reserved()),
                Map.entry("weight", config.weight()),
                Map.entry("listener", "none"),
                Map.entry("jmx", config.jmx()),
                Map.entry("ticker", "{@link Ticker#system}"));
        String source = Files.readString(Path.of("src/main/java/dev/cenote/pool/PoolBuilder.java"))
                .replaceAll("\\s*\\R\\s*\\* ?", " ");
        Matcher settings = Pattern.compile("(?s)Default: (.+?)\\. Range: .+?public PoolBuilder<T> (\\w+)\\(")
                .matcher(source);
        int seen = 0;
        while (settings.find()) {
            assertThat(settings.group(1)).as(settings.group(2)).isEqualTo("" + real.get(settings.group(2)));
            seen++;
        }
        assertThat(seen).isEqualTo(real.size());
    }

    @Test
    void aCopyWithOtherLimitsHasAllOtherSettings() throws IllegalAccessException {
        PoolConfig<Object> config = builder().config();
        for (Field field : PoolConfig.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
                continue;
            }
            Class<?> type = field.getType();
            if (type == int.class) {
                field.setInt(config, 77);
            } else if (type == long.class) {
                field.setLong(config, 77);
            } else if (type == double.class) {
                field.setDouble(config, 0.77);
            } else if (type == boolean.class) {
                field.setBoolean(config, !field.getBoolean(config));
            } else if (type == Duration.class) {
                field.set(config, Duration.ofMillis(77));
            } else if (type == String.class) {
                field.set(config, "other");
            } else if (type == IdleOrder.class) {
                field.set(config, IdleOrder.FIFO);
            } else if (type == Fairness.class) {
                field.set(config, Fairness.eventual(Duration.ofMillis(77)));
            } else {
                field.set(
                        config,
                        Proxy.newProxyInstance(
                                type.getClassLoader() == null ? getClass().getClassLoader() : type.getClassLoader(),
                                new Class<?>[] {type},
                                (self, method, arguments) -> null));
            }
        }
        PoolConfig<Object> copy = config.withLimits(new PoolLimits(5, 1, 7));
        for (Field field : PoolConfig.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getName().matches("maxSize|minIdle|maxWaiters")) {
                assertThat(field.get(copy) == field.get(config)
                                || (field.getType().isPrimitive()
                                        && field.get(copy).equals(field.get(config))))
                        .as(field.getName())
                        .isTrue();
            }
        }
        assertThat(copy.limits()).isEqualTo(new PoolLimits(5, 1, 7));
    }

    @Test
    void everySettingCanBeRead() {
        assertThat(Arrays.stream(PoolBuilder.class.getMethods())
                        .filter(method -> method.getReturnType() == PoolBuilder.class)
                        .map(Method::getName)
                        .filter(name -> !name.equals("createBackoff"))) // firstBackoff, longestBackoff
                .isSubsetOf(Arrays.stream(PoolConfig.class.getMethods())
                        .map(Method::getName)
                        .toList());
    }

    private static String words(Duration time) {
        return time.toSeconds() >= 60 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    static Stream<Method> settingsThatAreObjects() {
        return Arrays.stream(PoolBuilder.class.getMethods())
                .filter(method -> method.getReturnType() == PoolBuilder.class)
                .filter(method -> !method.getParameterTypes()[0].isPrimitive());
    }

    @ParameterizedTest
    @MethodSource("settingsThatAreObjects")
    void aNullIsNamedWithItsSettingAndWhatItShouldBe(Method setting) {
        assertThatThrownBy(() -> setting.invoke(builder(), new Object[setting.getParameterCount()]))
                .cause()
                .isInstanceOf(NullPointerException.class)
                .hasMessageStartingWith(setting.getName() + " must be ")
                .hasMessageEndingWith(", but was null");
    }

    @Test
    void aNullElsewhereIsNamed() {
        assertThatThrownBy(() -> Pool.builder(null)).hasMessage("factory must be a factory, but was null");
        assertThatThrownBy(() -> new Fairness(null)).hasMessageStartingWith("fairness bound must be ");
        assertThatThrownBy(() -> Fairness.eventual(null)).hasMessageStartingWith("fairness bound must be ");
        assertThatThrownBy(() -> new PoolHealth.Thresholds(0, null, 0, 0, 0, 0))
                .hasMessageStartingWith("meanWait must be ");
        Factory<Object> factory = Object::new;
        assertThatThrownBy(() -> factory.retrying(1, null)).hasMessageStartingWith("pause must be ");
        try (Pool<Object> pool = builder().build()) {
            assertThatThrownBy(() -> pool.acquire(null)).hasMessageStartingWith("timeout must be ");
            assertThatThrownBy(() -> pool.acquireUninterruptibly(null)).hasMessageStartingWith("timeout must be ");
            assertThatThrownBy(() -> pool.acquireAsync(null)).hasMessageStartingWith("timeout must be ");
            assertThatThrownBy(() -> pool.invalidateAll(null)).hasMessageStartingWith("over must be ");
            assertThatThrownBy(() -> pool.shutdown(null)).hasMessageStartingWith("grace must be ");
        }
    }
}
