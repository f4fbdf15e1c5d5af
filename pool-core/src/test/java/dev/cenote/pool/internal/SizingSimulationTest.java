package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.SizingPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A pool with a sizing policy beside one without, under the same load. The one without has the idle time-out that makes
 * it as large on the average, or larger; nobody could know that time-out before.
 */
class SizingSimulationTest {

    private static final long SEED = Long.getLong("cenote.seed", 1);
    private static final int MINUTE = 600; // steps of the simulation
    private static final int HOUR = 60 * MINUTE;
    private static final int LONGEST_IDLE_SECONDS = 1_024;

    @Test
    @Tag("full")
    @Timeout(600)
    void aSteadyLoad() {
        assertWaitsLess(2 * HOUR, step -> 5); // 50 a second for 200 ms each: 10 at once
    }

    @Test
    @Tag("full")
    void aBurstEveryFiveMinutes() {
        assertWaitsLess(HOUR, step -> step % (5 * MINUTE) < 100 ? 10 : 1);
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void aDailyWave() {
        assertWaitsLess(24 * HOUR, step -> 2 * (1 - 0.9 * Math.cos(2 * Math.PI * step / (24 * HOUR))));
    }

    /** A tenth of what was recorded, over and over again. */
    @Test
    @Tag("full")
    void aRecordedLoad() throws IOException {
        int[] recorded = recorded();
        assertWaitsLess(HOUR, step -> recorded[step % recorded.length] / 10.0);
    }

    private static void assertWaitsLess(int steps, LoadSimulation.Load load) {
        LoadSimulation.Result with = run(steps, load, it -> it.sizingPolicy(SizingPolicy.recentPeaks()));
        int low = 1;
        int high = LONGEST_IDLE_SECONDS;
        LoadSimulation.Result without = run(steps, load, idle(high));
        while (low < high) { // the longer the time-out, the larger the pool
            int middle = (low + high) / 2;
            LoadSimulation.Result tried = run(steps, load, idle(middle));
            if (tried.meanSize() < with.meanSize()) {
                low = middle + 1;
            } else {
                high = middle;
                without = tried;
            }
        }
        System.out.printf("seed %d: with a policy %s, without %s (idleTimeout %d s)%n", SEED, with, without, high);
        assertThat(without.meanSize()).isGreaterThan(with.meanSize() * 0.98);
        assertThat(with.meanWaitMillis()).isLessThan(without.meanWaitMillis());
    }

    private static Consumer<PoolBuilder<Thing>> idle(int seconds) {
        return it -> it.idleTimeout(Duration.ofSeconds(seconds));
    }

    private static LoadSimulation.Result run(
            int steps, LoadSimulation.Load load, Consumer<PoolBuilder<Thing>> settings) {
        return LoadSimulation.run(
                SEED, steps, load, it -> settings.accept(it.maxSize(100).maxLifetime(Duration.ZERO)));
    }

    private static int[] recorded() throws IOException {
        try (var stream = Objects.requireNonNull(SizingSimulationTest.class.getResourceAsStream("class-loading.txt"))) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .mapToInt(Integer::parseInt)
                    .toArray();
        }
    }
}
