package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyedPoolBuilderTest {

    private static KeyedPoolBuilder<String, Object> builder() {
        return KeyedPool.builder(key -> new Object());
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("maxTotal", "0", it -> it.maxTotal(0)),
                bad("maxTotal", "1000001", it -> it.maxTotal(1_000_001)),
                bad("maxPerKey", "0", it -> it.maxPerKey(0)),
                bad("maxPerKey", "1000001", it -> it.maxPerKey(1_000_001)),
                bad("minIdlePerKey", "-1", it -> it.minIdlePerKey(-1)),
                bad("minIdlePerKey", "11", it -> it.minIdlePerKey(11)),
                bad("name", "' '", it -> it.name(" ")),
                bad("statsForBusiest", "-1", it -> it.statsForBusiest(-1)),
                bad("keyIdleTimeout", "PT-1S", it -> it.keyIdleTimeout(Duration.ofSeconds(-1))));
    }

    private static Arguments bad(String setting, String value, Consumer<KeyedPoolBuilder<String, Object>> call) {
        return Arguments.of(setting, value, call);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badValues")
    void aBadValueIsNamedWithItsSettingAndItsRange(
            String setting, String value, Consumer<KeyedPoolBuilder<String, Object>> call) {
        assertThatThrownBy(() -> {
                    KeyedPoolBuilder<String, Object> builder = builder();
                    call.accept(builder);
                    builder.build();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(setting + " must")
                .hasMessageContaining("but was " + value);
    }

    @Test
    void theDocumentedDefaultsAreTheRealOnes() throws IOException {
        Map<String, String> real;
        try (KeyedPool<String, Object> pool = builder().build()) {
            real = Map.of(
                    "name", "{@code " + pool.stats().name() + "}",
                    "maxTotal", "" + pool.limits().maxTotal(),
                    "maxPerKey", "" + pool.limits().maxPerKey(),
                    "minIdlePerKey", "" + pool.limits().minIdlePerKey());
        }
        String source = Files.readString(Path.of("src/main/java/dev/cenote/pool/KeyedPoolBuilder.java"))
                .replaceAll("\\s*\\R\\s*\\* ?", " ");
        Matcher settings = Pattern.compile("(?s)Default: (.+?)\\. Range: .+?public KeyedPoolBuilder<K, T> (\\w+)\\(")
                .matcher(source);
        int seen = 0;
        while (settings.find()) {
            if (real.containsKey(settings.group(2))) {
                assertThat(settings.group(1)).as(settings.group(2)).isEqualTo(real.get(settings.group(2)));
                seen++;
            }
        }
        assertThat(seen).isEqualTo(real.size());
    }

    @Test
    void whatTheSettingsOfAKeyThrowTheCallerGets() throws InterruptedException {
        try (KeyedPool<String, Object> pool = builder()
                .settings((key, it) -> it.maxSize(key.length()).reserved(0))
                .build()) {
            assertThatThrownBy(() -> pool.acquire(""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("maxSize must");
            pool.acquire("ok").close();
            assertThat(pool.keys()).containsExactly("ok");
            assertThat(pool.pool("four").config().limits().maxSize()).isEqualTo(4);
            assertThatThrownBy(() -> pool.acquire(null)).hasMessageContaining("key");
        }
    }
}
