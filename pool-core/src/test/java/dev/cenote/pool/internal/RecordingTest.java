package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolRecording;
import dev.cenote.pool.internal.wait.Gate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("pool.recording");
    }

    /** The lines after the settings, without the times between them. */
    private static List<String> events(Path file) throws IOException {
        return lines(file).stream()
                .dropWhile(line -> !line.isEmpty())
                .skip(1)
                .map(line -> line.replaceFirst("^(.) -?\\d+", "$1"))
                .toList();
    }

    private static List<String> lines(Path file) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return in.lines().toList();
        }
    }

    @Test
    void eachLeaseAndEachEndOfOneIsInTheFileHoweverItEnds() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1).acquireTimeout(Duration.ofMillis(7)))) {
            test.acquire().close(); // before: leaves a hint behind, which must not be followed
            try (PoolRecording recording = test.pool.recordTo(file, 1)) {
                assertThat(recording.file()).isEqualTo(file);
                test.pool.acquire().close();
                test.pool.acquire().close();
                Lease<Thing> third = test.pool.tryAcquire().orElseThrow();
                CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(Duration.ofMillis(9));
                test.ticker.advance(Duration.ofMillis(2));
                third.close();
                waiter.join().invalidate();
                test.detach(test.pool.acquireAsync().join());
                assertThat(recording.lost()).isZero();
                assertThat(recording.isOpen()).isTrue();
            }
        }
        assertThat(events(file))
                .containsSubsequence("B", "E")
                .containsSubsequence("L 0 2 0 7000000", "R 0 2")
                .containsSubsequence("L 0 3 0 7000000", "R 0 3")
                .containsSubsequence("L 0 4 0 0", "R 0 4")
                .containsSubsequence("L 0 5 2000000 9000000", "R 0 5", "L 0 6 0 7000000", "R 0 6")
                .contains("C 0")
                .last()
                .isEqualTo("E");
    }

    @Test
    void callersThatGetNothingAreInTheFile() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(1))) {
            Lease<Thing> lease = test.acquire();
            try (PoolRecording recording = test.pool.recordTo(file, 1)) {
                CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync(Duration.ofMillis(3));
                CompletableFuture<Lease<Thing>> refused = test.pool.acquireAsync(Duration.ofMillis(4));
                assertThat(refused).isCompletedExceptionally();
                test.advance(Duration.ofMillis(3));
                assertThat(late).isCompletedExceptionally();
                CompletableFuture<Lease<Thing>> leaver = test.pool.acquireAsync(Duration.ofMillis(5));
                test.ticker.advance(Duration.ofMillis(1));
                leaver.cancel(false);
                assertThat(recording.isOpen()).isTrue();
            }
            lease.close();
        }
        assertThat(events(file)).containsSubsequence("B", "F 0 4000000", "T 3000000 3000000", "G 1000000 5000000", "E");
    }

    /** The reader takes an end without a beginning for that of a lease that is older than the part. */
    @Test
    void aLeaseThatOutlastsTheRecordingIsInTheFileAsOneThatEndsWithIt() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            Lease<Thing> older = test.acquire();
            Lease<Thing> ended = test.acquire();
            try (PoolRecording recording = test.pool.recordTo(file, 1)) {
                ended.close();
                test.ticker.advance(Duration.ofMillis(3));
                assertThat(recording.isOpen()).isTrue();
            }
            older.close();
        }
        assertThat(events(file))
                .containsExactlyInAnyOrder("B", "R 1 1", "R 0 1", "E")
                .endsWith("E");
        assertThat(lines(file)).contains("R 3000000 0 1");
    }

    @Test
    void aTryInVainIsInTheFileAsACallerWhoseTimeWasUpAtOnce() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> lease = test.acquire();
            try (PoolRecording recording = test.pool.recordTo(file, 1)) {
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(recording.isOpen()).isTrue();
            }
            lease.close();
        }
        assertThat(events(file)).containsExactlyInAnyOrder("B", "T 0 0", "R 0 1", "E");
    }

    @Test
    void createsAreInTheFileAndThoseThatFail() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            try (PoolRecording recording = test.pool.recordTo(file, 1)) {
                test.factory.onNextCreate(() -> {
                    test.ticker.advance(Duration.ofMillis(4));
                    throw new IllegalStateException("on purpose");
                });
                CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                test.pass(Duration.ofSeconds(1));
                waiter.handle((lease, failure) -> {
                            if (lease != null) {
                                lease.close();
                            }
                            return recording;
                        })
                        .join();
                test.acquire().close();
            }
        }
        assertThat(events(file)).contains("X 4000000", "C 0");
    }

    @Test
    void validationsAreInTheFile() throws Exception {
        FakeTicker[] ticker = new FakeTicker[1];
        try (TestPool test = new TestPool(
                it -> it.maxSize(1).validateIfIdleFor(Duration.ZERO).validator(thing -> {
                    ticker[0].advance(Duration.ofMillis(3));
                    return true;
                }))) {
            ticker[0] = test.ticker;
            test.acquire().close();
            try (PoolRecording recording = test.pool.recordTo(file, 1)) {
                test.acquire().close();
                assertThat(recording.isOpen()).isTrue();
            }
        }
        assertThat(events(file)).contains("K 3000000");
    }

    /**
     * Parts are of ten seconds. The thread that writes looks at the pool's clock, which the test turns. With these random numbers
     * the first part of each two is recorded.
     */
    @Test
    void partsOfTheTimeAreLeftOutAndNotSingleCallers() throws Exception {
        try (TestPool test =
                new TestPool(Runnable::run, it -> it.maxSize(1), config -> TestPool.withRandom(config, () -> 2))) {
            test.acquire().close();
            try (PoolRecording recording = test.pool.recordTo(file, 2)) {
                test.acquire().close();
                test.ticker.advance(Duration.ofSeconds(10));
                Await.until(() -> !test.has(Gate.RECORDED));
                test.acquire().close();
                test.ticker.advance(Duration.ofSeconds(10));
                Await.until(() -> test.has(Gate.RECORDED));
                test.acquire().close();
                assertThat(recording.isOpen()).isTrue();
            }
        }
        assertThat(events(file))
                .containsExactly("B", "L 0 2 0 30000000000", "R 0 2", "E", "B", "L 0 4 0 30000000000", "R 0 4", "E");
    }

    @Test
    void theSettingsAreInTheFileAndNothingOfTheObjects() throws Exception {
        try (TestPool test = new TestPool(it -> it.name("two\nlines").maxSize(3).minIdle(1))) {
            test.pool.recordTo(file, 5).close();
        }
        assertThat(lines(file))
                .startsWith("cenote-recording 1", "name=two lines", "maxSize=3", "minIdle=1", "maxWaiters=1024")
                .contains("acquireTimeout=30000000000", "fairness=0", "partsOneIn=5")
                .noneMatch(line -> line.contains("hing"));
    }

    @Test
    void theKeyOfAKeyedPoolIsNotInTheFile() throws Exception {
        try (KeyedPool<Object, Object> tenants =
                KeyedPool.builder(key -> new Object()).name("tenants").build()) {
            tenants.pool("secret").recordTo(file, 1).close();
        }
        assertThat(lines(file)).contains("name=tenants").noneMatch(line -> line.contains("secret"));
    }

    @Test
    void aCallerThatTheCloseTurnsAwayHasLeft() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> lease = test.acquire();
            PoolRecording recording = test.pool.recordTo(file, 1);
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(Duration.ofMillis(5));
            test.pool.shutdown(Duration.ofSeconds(1));
            assertThat(waiter).isCompletedExceptionally();
            lease.close();
            recording.close();
        }
        assertThat(events(file)).contains("G 0 5000000").noneMatch(event -> event.startsWith("O"));
    }

    @Test
    void theRecordingEndsWithThePool() throws Exception {
        PoolRecording recording;
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            recording = test.pool.recordTo(file, 1);
            assertThatThrownBy(() -> test.pool.recordTo(folder.resolve("other"), 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("recorded already");
        }
        Await.until(() -> !recording.isOpen());
        recording.close();
        assertThat(events(file)).containsExactly("B", "E");
    }

    @Test
    void aFileThatExistsIsLeftAloneAndThePoolCanBeRecordedElsewhere() throws Exception {
        Files.writeString(file, "mine");
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            assertThatThrownBy(() -> test.pool.recordTo(file, 1)).isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> test.pool.recordTo(file, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("oneIn must be 1 or more, but was 0");
            test.pool.recordTo(folder.resolve("other"), 1).close();
        }
        assertThat(file).hasContent("mine");
    }
}
