package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hundred pools that lose one server at the same moment, and want it back. */
@Timeout(120)
class FleetTest {

    private static final int POOLS = 200;
    private static final int STEP_MS = 10;
    private static final int STEPS_IN_SECOND = 1_000 / STEP_MS;
    private static final int OUTAGE_SECONDS = 20;

    @Test
    @Tag("P21")
    @Tag("F65")
    void poolsThatWaitForAServerDoNotConnectInWavesAndAreBackWithinASecond() {
        boolean[] isUp = {true};
        int[] connects = new int[POOLS * (OUTAGE_SECONDS + 10)]; // of a pool in a second
        int[] inStep = new int[STEPS_IN_SECOND * (OUTAGE_SECONDS + 10)];
        int[] step = new int[1];
        List<TestPool> pools = new ArrayList<>();
        List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
        for (int i = 0; i < POOLS; i++) {
            int pool = i;
            TestPool test = new TestPool(it -> it.maxSize(4).failFastAfter(TestPool.NEVER));
            test.acquire(4).forEach(Lease::close);
            test.factory.everyCreate = () -> {
                connects[pool * (OUTAGE_SECONDS + 10) + step[0] / STEPS_IN_SECOND]++;
                inStep[step[0]]++;
                if (!isUp[0]) {
                    throw new IllegalStateException("down");
                }
            };
            pools.add(test);
        }
        isUp[0] = false;
        for (TestPool test : pools) {
            test.pool.invalidateAll();
            waiting.add(test.pool.acquireAsync(Duration.ofMinutes(5)));
        }
        for (; step[0] < OUTAGE_SECONDS * STEPS_IN_SECOND; step[0]++) {
            pools.forEach(test -> test.pass(Duration.ofMillis(STEP_MS)));
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        int[] late = Arrays.copyOfRange(inStep, 5 * STEPS_IN_SECOND, OUTAGE_SECONDS * STEPS_IN_SECOND);
        double mean = IntStream.of(late).average().orElseThrow();
        int[] tenths = new int[late.length / 10];
        for (int i = 0; i < tenths.length * 10; i++) {
            tenths[i / 10] += late[i];
        }
        assertThat(mean * STEPS_IN_SECOND / POOLS)
                .as("connects of a pool in a second")
                .isBetween(1.0, 3.0);
        assertThat(IntStream.of(tenths).max().orElseThrow())
                .as("connects of all in any tenth of a second, of a mean of %.1f", mean * 10)
                .isLessThan((int) (mean * 10 * 2));
        assertThat(IntStream.of(connects).max().orElseThrow())
                .as("connects of any pool in any second, the first ones included")
                .isLessThan(20);
        isUp[0] = true;
        for (int i = 0; i < STEPS_IN_SECOND + 1; i++, step[0]++) {
            pools.forEach(test -> test.pass(Duration.ofMillis(STEP_MS)));
        }
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        waiting.forEach(it -> it.join().close());
        pools.forEach(TestPool::close);
    }
}
