package dev.cenote.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.bench.results.FrontierFigures.Pool;
import dev.cenote.bench.results.FrontierFigures.Round;
import dev.cenote.peers.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Throughput against the longest wait. No figure that is measured is looked at. */
class FrontierTest {

    private static Pool pool(String name, long turns, long... longestMillis) {
        return new Pool(
                name,
                LongStream.of(longestMillis)
                        .mapToObj(millis -> new Round(turns, 1, 2, millis * 1_000_000, 1))
                        .toList(),
                List.of());
    }

    private static FrontierFigures figures(Pool... pools) {
        return new FrontierFigures(
                new FrontierFigures.Head(
                        "today",
                        new Machine("system", "processor", 2, 1, 0, "JVM", List.of()),
                        3,
                        new FrontierFigures.Load(8, false, 2, 1, 2)),
                List.of(pools));
    }

    @Test
    void aBoundIsAheadIfItHasTheTurnsAndInTheMedianRoundNoLongerWait() {
        assertThat(figures(
                                pool("Cenote, strict", 100, 5, 5, 5),
                                pool("Cenote, eventual 1 ms", 900, 9, 90, 10),
                                pool("Cenote, eventual 10 ms", 1_000, 10, 10, 11),
                                pool("slow", 90, 5, 4, 50),
                                pool("quick", 1_000, 10, 10, 10),
                                pool("best", 1_100, 20, 20, 20))
                        .table())
                .contains(
                        "| slow | 90 ± 0 % | 5.00 (4.00 to 50.0) | 0.50 | yes: strict |",
                        "| quick | 1,000 ± 0 % | 10.0 (10.0 to 10.0) | 0.50 | yes: 10 ms |",
                        "| best | 1,100 ± 0 % | 20.0 (20.0 to 20.0) | 0.50 |"
                                + " **no**; 10 ms has 0.91 × its turns and 0.50 × its longest wait |");
    }

    @Test
    @Tag("full")
    void aCaseIsMeasuredDrawnAndTold(@TempDir Path folder) throws Exception {
        Files.copy(CasesTest.PAGE, folder.resolve("README.md"));
        assertThat(Frontier.run(
                        "--quick",
                        "--into=" + folder,
                        "--pools=cenote-strict,cenote-eventual-0-3-ms,cenote-eventual-1-ms,hikaricp-bag",
                        "8-on-2"))
                .isZero();
        assertThat(folder.resolve("figures").resolve(Results.thisJdk()).resolve("frontier.csv"))
                .content()
                .contains("8-on-2,\"Cenote, eventual 0.3 ms\",1,", "8-on-2,\"HikariCP's bag\",1,");
        assertThat(Files.readString(folder.resolve("README.md"))).contains("| HikariCP's bag | ");
        assertThat(folder.resolve("plots").resolve(Results.thisJdk() + "-frontier-8-on-2.svg"))
                .content()
                .contains(">0.3 ms</text>", ">HikariCP's bag</text>", "prefers-color-scheme: dark");
    }
}
