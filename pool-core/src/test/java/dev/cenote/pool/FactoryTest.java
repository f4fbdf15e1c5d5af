package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactoryTest {

    private final List<String> calls = new ArrayList<>();
    private int failures;

    private final Factory<String> factory = new Factory<>() {
        @Override
        public String create() {
            calls.add("create");
            if (failures-- > 0) {
                throw new IllegalStateException("failure " + failures);
            }
            return "object";
        }

        @Override
        public void reset(String object) {
            calls.add("reset");
        }

        @Override
        public void abort(String object) {
            calls.add("abort");
        }

        @Override
        public void destroy(String object) {
            calls.add("destroy");
        }
    };

    @Test
    void retryingTriesAsOftenAsItMay() throws Exception {
        failures = 2;
        assertThat(factory.retrying(3, Duration.ZERO).create()).isEqualTo("object");
        assertThat(calls).hasSize(3);
        failures = 3;
        assertThatThrownBy(() -> factory.retrying(3, Duration.ofNanos(1)).create())
                .hasMessage("failure 0");
        assertThat(calls).hasSize(6);
    }

    @Test
    void retryingStopsAtAnInterruptAndAtAnError() {
        failures = 9;
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> factory.retrying(5, Duration.ofDays(1)).create())
                .isInstanceOf(InterruptedException.class);
        assertThat(calls).hasSize(1);
        Factory<String> broken = () -> {
            calls.add("broken");
            throw new AssertionError("an error");
        };
        assertThatThrownBy(() -> broken.retrying(5, Duration.ZERO).create()).hasMessage("an error");
        assertThat(calls).hasSize(2);
    }

    @Test
    void orElseTakesTheFallbackAndTellsBothFailures() throws Exception {
        assertThat(factory.orElse(() -> "standby").create()).isEqualTo("object");
        failures = 2;
        assertThat(factory.orElse(() -> "standby").create()).isEqualTo("standby");
        assertThatThrownBy(() -> factory.orElse(() -> {
                            throw new IllegalStateException("no standby");
                        })
                        .create())
                .hasMessage("no standby")
                .hasSuppressedException(new IllegalStateException("failure 0"));
    }

    @Test
    void theRestIsLeftToWhatIsDecorated() throws Exception {
        Factory<String> decorated = factory.retrying(1, Duration.ZERO).orElse(() -> "standby");
        assertThat(decorated.resets()).isTrue();
        decorated.reset("object");
        decorated.abort("object");
        decorated.destroy("object");
        assertThat(calls).containsExactly("reset", "abort", "destroy");
        Factory<String> plain = () -> "object";
        assertThat(plain.resets()).isFalse();
        assertThat(plain.retrying(2, Duration.ZERO).resets()).isFalse();
    }

    @Test
    void badValuesAreNamed() {
        assertThatThrownBy(() -> factory.retrying(0, Duration.ZERO))
                .hasMessage("attempts must be 1 or more, but was 0");
        assertThatThrownBy(() -> factory.retrying(1, Duration.ofSeconds(-1)))
                .hasMessage("pause must be zero or longer, but was PT-1S");
    }

    @Test
    void retryingWithoutAPauseSeesAnInterruptToo() {
        failures = 9;
        Factory<String> interrupted = () -> {
            Thread.currentThread().interrupt(); // as when createTimeout is over
            return factory.create();
        };
        assertThatThrownBy(() -> interrupted.retrying(5, Duration.ZERO).create())
                .isInstanceOf(InterruptedException.class)
                .hasSuppressedException(new IllegalStateException("failure 8"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void orElseTellsAFailureThatBothWaysHaveInCommon() {
        IllegalStateException down = new IllegalStateException("down");
        Factory<String> broken = () -> {
            throw down;
        };
        assertThatThrownBy(() -> broken.orElse(() -> {
                            throw down;
                        })
                        .create())
                .isSameAs(down);
    }
}
