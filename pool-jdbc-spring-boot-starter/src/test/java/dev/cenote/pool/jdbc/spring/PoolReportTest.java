package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PoolReportTest {

    /** Once a log-in has failed; then one succeeded, and now one takes longer than the reader of the health may wait. */
    @Test
    void anEmptyPoolWhoseLogInTakesLongHasNotFailed() throws Exception {
        AtomicInteger creates = new AtomicInteger();
        CountDownLatch slow = new CountDownLatch(1);
        Pool<Object> pool = Pool.builder(() -> {
                    int create = creates.incrementAndGet();
                    if (create == 2) {
                        throw new IOException("down");
                    }
                    if (create > 3) {
                        slow.await();
                    }
                    return new Object();
                })
                .build();
        try {
            pool.acquire().invalidate();
            pool.acquire().invalidate();
            PoolReport report = new PoolReport(pool, Duration.ofMillis(1));
            assertThat(pool.stats().creationFailures()).isPositive();
            assertThat(report.details().get(PoolReport.STATUS)).isNotEqualTo(PoolHealth.Status.FAILED);
        } finally {
            slow.countDown();
            pool.shutdown(Duration.ZERO).join();
        }
    }
}
