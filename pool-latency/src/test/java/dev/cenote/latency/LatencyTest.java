package dev.cenote.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tool as a whole, with short runs. What a figure is, is not looked at: only that it is there, and that counts add up. */
class LatencyTest {

    @TempDir
    Path folder;

    @Test
    @Tag("full")
    void inAClosedLoopEachTurnIsAWaitInTheLog() throws IOException {
        List<Summary> summaries = measured("--pools", "cenote-strict,commons-pool2,park-and-unpark", "--work", "1us");

        assertThat(summaries)
                .extracting(summary -> summary.name)
                .containsExactly("Cenote, strict", "commons-pool2", "park and unpark");
        for (Summary summary : summaries) {
            assertThat(summary.waits.getTotalCount())
                    .isPositive()
                    .isEqualTo(served(summary) + summary.result().timeouts());
            assertThat(summary.timeline.stream()
                            .mapToDouble(Summary.Interval::longestNanos)
                            .filter(nanos -> nanos > 0)
                            .max())
                    .hasValue((double) summary.waits.getMaxValue());
        }
    }

    @Test
    @Tag("full")
    void inAnOpenLoopEachRequestThatWasDueIsCounted() throws IOException {
        for (Summary summary : measured("--pools", "cenote-e,agroal", "--rate", "1000", "--rounds", "2")) {
            assertThat(summary.rounds).hasSize(2);
            assertThat(served(summary)
                            + summary.result().timeouts()
                            + summary.result().unbegun())
                    .isEqualTo(summary.waits.getTotalCount())
                    .isEqualTo(1_000);
        }
    }

    @Test
    @Tag("full")
    void connectionsArePooledByPoolsOfObjectsAndByDataSources() throws IOException {
        List<Summary> summaries = measured(
                "--pools", "cenote-strict,hikaricp", "--jdbc", "jdbc:h2:mem:;password=hunter2", "--user", "sa");

        assertThat(summaries).extracting(summary -> summary.name).containsExactly("Cenote, strict", "HikariCP");
        assertThat(summaries).allSatisfy(summary -> assertThat(served(summary)).isPositive());
        assertThat(summaries)
                .allSatisfy(
                        summary -> assertThat(summary.rounds.get(0).database()).startsWith("H2 "));
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files).allSatisfy(file -> assertThat(file).content().doesNotContain("hunter2"));
        }
    }

    @Test
    void virtualThreadsCallToo() throws IOException {
        assumeTrue(Runtime.version().feature() >= Threads.FIRST_JDK_WITH_VIRTUAL);
        Summary summary = measured("--pools", "cenote-strict", "--virtual", "--pause", "1ms")
                .get(0);
        assertThat(served(summary)).isEqualTo(summary.waits.getTotalCount());
    }

    @Test
    @Tag("full")
    void whatAPoolFailsOfIsSaidAndTheExitCodeIsNotZero() throws IOException {
        Said said = run(
                "--pools",
                "cenote-strict",
                "--jdbc",
                "jdbc:h2:mem:",
                "--query",
                "SELECT nonsense",
                "--out",
                folder.resolve("out").toString());

        assertThat(said.exitCode).isEqualTo(1);
        assertThat(said.out).containsPattern("FAILED: .*NONSENSE");
        assertThat(folder.resolve("out/report.html")).content().contains("NONSENSE");
    }

    @Test
    @Tag("full")
    void theDatabaseIsSetUpOnceAndEachRoundBeginsWithAnotherPool() throws IOException {
        Path sql = Files.writeString(folder.resolve("setup.sql"), "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
        Said said = ofDatabase(sql, "out", "--query", "SELECT n FROM t", "--rounds", "2");

        assertThat(said.exitCode).as(said.toString()).isZero();
        assertThat(said.out
                        .lines()
                        .filter(line -> line.contains("turns/s") && line.contains(", "))
                        .map(line -> line.strip().replaceFirst(":.*", ""))
                        .toList())
                .startsWith(
                        "cenote-strict, not counted",
                        "cenote-strict, round 1 of 2",
                        "hikaricp, round 1 of 2",
                        "hikaricp, round 2 of 2",
                        "cenote-strict, round 2 of 2");
    }

    @Test
    void aSetUpThatFailsIsSaid() throws IOException {
        Path sql = Files.writeString(folder.resolve("setup.sql"), "CREATE NONSENSE");
        Said said = ofDatabase(sql, "out");

        assertThat(said.exitCode).isEqualTo(2);
        assertThat(said.err).contains("'--setup'", "NONSENSE").doesNotContain("hunter2");
        Files.write(sql, new byte[] {(byte) 0xff});
        assertThat(ofDatabase(sql, "other").err).contains("'--setup'", "UTF-8");
    }

    private Said ofDatabase(Path setup, String out, String... more) {
        List<String> all =
                new ArrayList<>(List.of("--jdbc", "jdbc:h2:file:" + folder.resolve("db") + ";password=hunter2"));
        all.addAll(List.of("--setup", setup.toString(), "--pools", "cenote-strict,hikaricp", "--user", "sa"));
        all.addAll(List.of("--threads", "2", "--size", "2", "--seconds", "0.2", "--warm-up", "0.1"));
        all.addAll(List.of("--out", folder.resolve(out).toString(), "--jvm=-XX:TieredStopAtLevel=1"));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    @Test
    void aJvmThatDoesNotMeasureIsAFailureOfThatPool() {
        Said said = run(
                "--pools",
                "cenote-strict",
                "--jvm=-version",
                "--out",
                folder.resolve("out").toString());
        assertThat(said.exitCode).isEqualTo(1);
        assertThat(said.out).contains("FAILED: ", "the process ended with 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            --threads=0             | '--threads': '0', expected 1 to 10000
            --threads=many          | '--threads': 'many' is not an int
            --rate=NaN              | '--rate': 'NaN', expected 0 to 100000000
            --query=SELECT 2        | '--query': 'given', expected a database, by --jdbc
            --jdbc=mysql://a:b@c/d  | '--jdbc': 'mysql://a:***@c/d', expected a URL that begins with jdbc:
            --rate=-1               | '--rate': '-1', expected 0 to 100000000
            --work=5                | '--work': '5', expected a number with ns, us, ms or s
            --work=11s              | '--work': '11s', expected 0s to 10s
            --pools=dbcp3           | '--pools': 'dbcp3', expected some of cenote-strict,
            --jdbc=postgresql://x   | '--jdbc': 'postgresql://x', expected a URL that begins with jdbc:
            --driver-path=/no/such  | '--driver-path': '/no/such', expected what exists
            --out=.                 | '--out': '.', expected a folder that does not exist yet
            --again=/no/such        | '--again': '/no/such', expected a folder with run.json
            --nonsense              | Unknown option: '--nonsense'
            """)
    void aWrongArgumentIsSaidInOneLineAndThenHowItIsUsed(String argument, String complaint) {
        Said said = run(argument);

        assertThat(said.exitCode).isEqualTo(2);
        assertThat(said.err.lines().findFirst().orElseThrow()).contains(complaint);
        assertThat(said.err).contains("Usage: latency");
    }

    /** Half a second for each pool, after which the page is made again from the raw results. */
    private List<Summary> measured(String... arguments) throws IOException {
        Path out = folder.resolve("out");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--threads", "3", "--size", "2", "--seconds", "0.5", "--warm-up", "0.1"));
        all.addAll(List.of("--out", out.toString(), "--jvm=-XX:TieredStopAtLevel=1", "--jvm=-XX:+UseSerialGC"));
        Said said = run(all.toArray(String[]::new));
        assertThat(said.exitCode).as(said.toString()).isZero();
        Run run = Run.read(out);
        List<Summary> summaries = run.summaries(out);

        Path page = out.resolve("report.html");
        String first = Files.readString(page);
        Files.delete(page);
        assertThat(run("--again", out.toString()).exitCode).isZero();
        assertThat(page).content().isEqualTo(first);
        assertThat(first).doesNotContainPattern("(src|href)=").doesNotContain("sourceMappingURL");
        assertThat(summaries).allSatisfy(summary -> {
            String escaped = Json.line(summary.name);
            assertThat(first).contains(escaped);
            assertThat(said.out).contains(summary.name);
        });
        return summaries;
    }

    private static long served(Summary summary) {
        return summary.rounds.stream().mapToLong(Outcome::served).sum();
    }

    private record Said(int exitCode, String out, String err) {}

    private static Said run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Latency.run(arguments);
            return new Said(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
    }
}
