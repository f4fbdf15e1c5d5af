package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a whole, on recordings of a real pool. What a figure is, is not looked at here. */
class WhatIfTest {

    @TempDir
    private Path folder;

    private String printed = "";

    private int run(String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream caught = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(caught);
            System.setErr(caught);
            return WhatIf.run(args);
        } finally {
            System.setOut(out);
            System.setErr(err);
            printed = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private Path recorded() throws IOException {
        Path file = folder.resolve("orders.recording");
        Factory<Object> factory = Object::new;
        try (Pool<Object> pool =
                        warm(Pool.builder(factory).name("</script>").maxSize(3).build());
                var recording = pool.recordTo(file, 1)) {
            for (int i = 0; i < 40; i++) {
                List<CompletableFuture<Lease<Object>>> burst = new ArrayList<>();
                for (int j = 0; j < 10; j++) {
                    burst.add(pool.acquireAsync());
                }
                burst.forEach(future -> future.join().close());
            }
            assertThat(recording.lost()).isZero();
        }
        return file;
    }

    private static Pool<Object> warm(Pool<Object> pool) {
        pool.warmUp(3).join();
        return pool;
    }

    @Test
    void aTableAndAPageThatNeedsNoNetwork() throws IOException {
        Path file = recorded();
        assertThat(run(file.toString(), "--sizes", "2..4,8", "--target", "p99=30s"))
                .isZero();
        assertThat(printed)
                .contains("400 calls", "recorded with size 3", "band of p99", "smallest size with p99 ≤ 30.0 s: 2")
                .contains("assumed: ")
                .containsPattern("(?m)^ +8 ");
        String page = Files.readString(Path.of(file + ".html"));
        assertThat(page)
                .doesNotContain("</script>\"")
                .doesNotContainPattern("(src|href)=")
                .contains("\"sizes\":[2,3,4,8]", "Chart.js v");
    }

    @Test
    void eachOrderAndEachBoundOfTheQueueIsTried() throws IOException {
        Path file = recorded();
        Path page = folder.resolve("page.html");
        run(
                file.toString(),
                "--sizes=3",
                "--fairness=strict,eventual:1ms",
                "--max-waiters=5,100",
                "--server-cores=2",
                "--out=" + page);
        assertThat(printed)
                .contains("strict order, at most 5 waiters", "eventual:1.00 ms order, at most 100 waiters")
                .contains("The server runs 2.00 uses at once");
        assertThat(page).isRegularFile();
    }

    @Test
    void aTargetThatNoSizeMeetsIsAnExitCodeOfItsOwn() throws IOException {
        Path file = recorded();
        int code = run(file.toString(), "--sizes=1..2", "--target=p99=1ns");
        assertThat(code).as(printed).isEqualTo(3);
        assertThat(printed).contains("no size that was tried has p99 ≤ 1 ns");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--sizes=0..3|must be sizes from 1 to 10000",
                "--sizes=5..2|the smaller first",
                "--sizes=two|such as 2..32",
                "--target=p98=5ms|must be p50, p99 or p99.9",
                "--target=p99=5|must be a number and ns, us, ms, s or m",
                "--fairness=fair|must be strict, or eventual",
                "--server-cores=-1|must be 0 or more, but was -1.0",
                "--max-waiters=-1|must be 0 or more, but was -1",
            })
    void aWrongArgumentIsNamed(String argument, String said) throws IOException {
        assertThat(run(recorded().toString(), argument)).isEqualTo(2);
        assertThat(printed).contains(said);
    }

    @Test
    void aFileThatIsNoRecordingIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "text");
        assertThat(run(file.toString())).isEqualTo(2);
        assertThat(printed).contains("must be a recording of a pool");
        assertThat(run(folder.resolve("none").toString())).isEqualTo(2);
        assertThat(printed).contains("there is none at");
    }

    @Test
    void timesAreReadAndWritten() {
        assertThat(TimeSpans.parse("1.5ms")).isEqualTo(Duration.ofNanos(1_500_000));
        assertThat(TimeSpans.text(Duration.ofNanos(12_345))).isEqualTo("12.3 µs");
        assertThat(TimeSpans.text(Duration.ZERO)).isEqualTo("0");
    }
}
