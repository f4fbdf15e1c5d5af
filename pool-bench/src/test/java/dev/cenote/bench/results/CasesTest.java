package dev.cenote.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.bench.peer.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CasesTest {

    private static final Path PAGE = Path.of("..", "docs", "benchmarks", "README.md");

    @Test
    void eachCaseRunsWithEachPoolThatCanAndFillsItsTable(@TempDir Path folder) throws Exception {
        List<Case> cases = Cases.all();
        Path page = folder.resolve("README.md");
        Files.writeString(
                page,
                cases.stream()
                        .map(it -> "<!-- table " + it.name() + " -->\n<!-- end -->\n")
                        .collect(Collectors.joining()));
        for (Case it : cases) {
            assertThat(Results.measure(it, Effort.IN_PROCESS, folder.resolve("raw")))
                    .as("every pool has a result for each column of %s", it.name())
                    .isTrue();
        }
        Results.writeTables(folder);

        String written = Files.readString(page);
        assertThat(written).doesNotContain("Not measured", "–");
        for (Case it : cases) {
            String table = written.substring(written.indexOf("<!-- table " + it.name() + " -->"));
            assertThat(table.substring(0, table.indexOf("<!-- end -->")).lines().filter(line -> line.startsWith("| ")))
                    .as("rows of %s", it.name())
                    .hasSize(it.able().size() + 2);
        }
    }

    @Test
    void aPoolThatIsLeftOutOfACaseHasAReason() {
        for (Case it : Cases.all()) {
            assertThat(it.able().size() + it.leftOut().size())
                    .isEqualTo(it.peers().size());
            assertThat(it.leftOut().values())
                    .allSatisfy(reason -> assertThat(reason).isNotBlank());
        }
    }

    @Test
    void idsAreDistinct() {
        assertThat(List.of(Peers.all(), Peers.limits(), Peers.variants()))
                .flatMap(peers -> peers)
                .extracting(peer -> peer.id())
                .doesNotHaveDuplicates();
    }

    @Test
    void thePageHasAPlaceForEachCase() throws Exception {
        String page = Files.readString(PAGE);
        for (Case it : Cases.all()) {
            assertThat(page).contains("<!-- table " + it.name() + " -->\n");
        }
    }
}
