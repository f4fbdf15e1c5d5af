package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolHealth;
import dev.cenote.pool.PoolHealth.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RecentHealthTest {

    @Test
    void whatWasWrongIsForgottenWhenItIsLongAgo() {
        AtomicBoolean isValid = new AtomicBoolean(true);
        try (TestPool test = new TestPool(
                it -> it.maxSize(2).validator(thing -> isValid.get()).validateOnRelease(true))) {
            RecentHealth health = new RecentHealth(test.pool.stats(), test.ticker);
            Lease<Thing> lease = test.acquire();
            isValid.set(false);
            lease.close();
            for (int look = 0; look < 3; look++) {
                PoolHealth now = health.of(test.pool.stats());
                assertThat(now.status()).isEqualTo(Status.DEGRADED);
                assertThat(now.reasons()).anyMatch(reason -> reason.contains("validations failed"));
                test.ticker.advance(Duration.ofSeconds(11));
            }
            assertThat(health.of(test.pool.stats()).status()).isEqualTo(Status.HEALTHY);
        }
    }
}
