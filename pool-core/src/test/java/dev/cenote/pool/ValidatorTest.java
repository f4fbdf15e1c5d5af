package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidatorTest {

    private final List<String> asked = new ArrayList<>();

    private Validator<Object> says(String name, boolean answer) {
        return object -> {
            asked.add(name);
            return answer;
        };
    }

    @Test
    void andAsksTheSecondOnlyIfTheFirstAgrees() throws Exception {
        assertThat(says("a", true).and(says("b", true)).isValid("")).isTrue();
        assertThat(says("c", false).and(says("d", true)).isValid("")).isFalse();
        assertThat(says("e", true).and(says("f", false)).isValid("")).isFalse();
        assertThat(asked).containsExactly("a", "b", "c", "e", "f");
    }

    @Test
    void orAsksTheSecondOnlyIfTheFirstDisagrees() throws Exception {
        assertThat(says("a", true).or(says("b", true)).isValid("")).isTrue();
        assertThat(says("c", false).or(says("d", true)).isValid("")).isTrue();
        assertThat(says("e", false).or(says("f", false)).isValid("")).isFalse();
        assertThat(asked).containsExactly("a", "c", "d", "e", "f");
    }

    @Test
    void oneThatThrowsEndsTheValidation() {
        Validator<Object> throwing = object -> {
            throw new IllegalStateException("down");
        };
        assertThatThrownBy(() -> throwing.or(says("a", true)).isValid("")).hasMessage("down");
        assertThatThrownBy(() -> says("b", true).and(throwing).isValid("")).hasMessage("down");
        assertThat(asked).containsExactly("b");
    }

    @Test
    void anAgeOfTheObjectsOwnIsBoundedAndComposes() throws Exception {
        Validator<Duration> young = Validator.youngerThan(Duration.ofMinutes(5), age -> age);
        assertThat(young.isValid(Duration.ofMinutes(5).minusNanos(1))).isTrue();
        assertThat(young.isValid(Duration.ofMinutes(5))).isFalse();
        assertThat(young.and(says("ping", true)).isValid(Duration.ofMinutes(6))).isFalse();
        assertThat(young.or(says("ping", true)).isValid(Duration.ofMinutes(6))).isTrue();
        assertThat(asked).containsExactly("ping");
    }
}
