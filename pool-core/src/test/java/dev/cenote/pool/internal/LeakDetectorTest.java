package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases that nobody closes. */
class LeakDetectorTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private record Report(LeaseHolder holder, boolean isLost, Optional<Throwable> acquired) {}

    private final List<Report> reports = new ArrayList<>();

    private TestPool detecting(int leakTraces) {
        return new TestPool(it -> it.maxSize(2)
                .leakThreshold(SECOND.multipliedBy(10))
                .leakTraces(leakTraces)
                .listener(new PoolListener() {
                    @Override
                    public void leakSuspected(LeaseHolder holder, boolean isLost, Optional<Throwable> acquired) {
                        reports.add(new Report(holder, isLost, acquired));
                    }
                }));
    }

    private static void pass(TestPool test, int seconds) {
        for (int second = 0; second < seconds; second++) {
            test.advance(SECOND);
        }
    }

    @Test
    void aLeaseThatIsHeldTooLongIsReportedOnceWithItsHolderAndWhereItWasAcquired() {
        try (TestPool test = detecting(1)) {
            Lease<Thing> held = test.acquire();
            pass(test, 9);
            assertThat(reports).isEmpty();
            pass(test, 60);
            assertThat(reports).hasSize(1);
            assertThat(reports.get(0).isLost()).isFalse();
            assertThat(reports.get(0).holder().threadName())
                    .isEqualTo(Thread.currentThread().getName());
            assertThat(reports.get(0).holder().heldFor()).isBetween(SECOND.multipliedBy(9), SECOND.multipliedBy(11));
            assertThat(reports.get(0).acquired().orElseThrow().getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().startsWith("aLeaseThatIsHeldTooLong"));
            assertThat(test.stats().leaks()).isEqualTo(1);
            held.close();
            Lease<Thing> next = test.acquire();
            pass(test, 12);
            assertThat(reports).as("the next lease of the same object").hasSize(2);
            next.close();
        }
    }

    @Test
    void theStackIsKeptOfSoManyAsAreAskedFor() {
        try (TestPool test = detecting(0)) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> async = test.pool.acquireAsync();
            pass(test, 12);
            assertThat(reports).hasSize(2).allMatch(report -> report.acquired().isEmpty());
            assertThat(reports).anyMatch(report -> report.holder().threadId() == 0);
            held.close();
            async.join().close();
        }
    }

    @Test
    void aLeaseThatTheGarbageCollectorFindsIsReportedAndItsObjectTakenBack() {
        try (TestPool test = detecting(1)) {
            Thing lost = lose(test);
            Lease<Thing> held = test.acquire();
            assertThat(test.stats().leased()).isEqualTo(2);
            Await.until(() -> {
                System.gc();
                test.advance(Duration.ofMillis(1));
                return !reports.isEmpty();
            });
            assertThat(reports).hasSize(1);
            assertThat(reports.get(0).isLost()).isTrue();
            assertThat(reports.get(0).holder().threadId())
                    .isEqualTo(Thread.currentThread().getId());
            assertThat(reports.get(0).acquired().orElseThrow().getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("lose"));
            assertThat(test.stats().destroyed(DestroyReason.LEAKED)).isEqualTo(1);
            assertThat(lost.destroyed.get()).isEqualTo(1);
            assertThat(test.stats().leased()).isEqualTo(1);
            assertThat(test.stats().leaks()).isEqualTo(1);
            held.get().use();
            held.close();
        }
    }

    private static Thing lose(TestPool test) {
        return test.acquire().get();
    }

    @Test
    void leasesThatWereClosedAreNobodysLeaks() {
        try (TestPool test = detecting(1)) {
            for (int i = 0; i < 1000; i++) {
                test.acquire().close();
            }
            System.gc();
            pass(test, 3);
            assertThat(reports).isEmpty();
            assertThat(test.stats().leaks()).isZero();
        }
    }
}
