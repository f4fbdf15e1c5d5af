package dev.cenote.pool.internal.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.TestPool;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    /** Of a pool that has never made an object: it opens at the first failure. */
    private final CircuitBreaker breaker = new CircuitBreaker(
            Pool.builder(Object::new).failFastAfter(Duration.ZERO).config(),
            new TestPool.NoAlarm(),
            new SplittableRandom(1));

    @Test
    void aCreateThatWasInterruptedHoldsTheNextOneBackButOpensNothingHoweverLate() {
        breaker.interrupted(new InterruptedException(), breaker.tries(0), 0);
        assertThat(breaker.isFailing()).isTrue();
        breaker.look(HOUR);
        breaker.probeIsSlow(HOUR);
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.refusal(HOUR)).isNull();
    }

    @Test
    void aFailureOpensItAndASuccessShutsIt() {
        breaker.failed(new IllegalStateException("down"), true, breaker.tries(0), 0);
        assertThat(breaker.isOpen()).isTrue();
        breaker.succeeded();
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.isFailing()).isFalse();
    }

    @Test
    void whatBeganBeforeTheLastSuccessIsNoNews() {
        int old = breaker.tries(0);
        breaker.succeeded();
        breaker.interrupted(new InterruptedException(), old, 0);
        assertThat(breaker.isFailing()).isFalse();
        breaker.failed(new IllegalStateException("down"), true, old, 0);
        assertThat(breaker.isFailing()).isFalse();
        assertThat(breaker.lastFailure()).isNull();
    }
}
