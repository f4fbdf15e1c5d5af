package dev.cenote.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CasesTest {

    static final Path PAGE = Path.of("..", "docs", "benchmarks", "README.md");

    @Test
    @Tag("full")
    void eachCaseRunsWithEachPoolThatCanAndFillsItsTable(@TempDir Path folder) throws Exception {
        List<Case> cases = Cases.all();
        Path page = folder.resolve("README.md");
        Files.writeString(
                page,
                cases.stream()
                        .map(it -> "<!-- table " + it.name() + " -->\n<!-- end -->\n")
                        .collect(Collectors.joining()));
        for (Case it : cases) {
            Case ends = it.withColumns(
                    Stream.of(it.columns().get(0), it.columns().get(it.columns().size() - 1))
                            .distinct()
                            .toList());
            assertThat(Results.measure(ends, Effort.IN_PROCESS, folder.resolve(Results.FIGURES)))
                    .as("every pool has a result for the first and the last column of %s", it.name())
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
            String picture = Results.thisJdk() + "-" + it.name() + ".png";
            assertThat(table).contains("(plots/" + picture + ")");
            assertThat(folder.resolve("plots").resolve(picture)).isNotEmptyFile();
        }
    }

    @Test
    @Tag("full")
    void waitsAreMeasuredOfEveryPoolAndFillTheirTable(@TempDir Path folder) throws Exception {
        Waits waits = Waits.ALL.get(0);
        Path page = folder.resolve("README.md");
        Files.writeString(page, "<!-- table " + waits.name() + " -->\n<!-- end -->\n");
        for (int i = 0; i < 2; i++) { // the second time over what is there
            assertThat(waits.measure(Effort.QUICK, folder.resolve(Results.FIGURES), folder.resolve("raw" + i)))
                    .isTrue();
        }
        Results.writeTables(folder);
        assertThat(Files.readString(page))
                .contains(Peers.all().stream().map(Peer.Named::name).toList())
                .contains("least/most");
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
    void thePageIsWhatTheKeptFiguresGive(@TempDir Path folder) throws Exception {
        Path figures = PAGE.resolveSibling(Results.FIGURES);
        Path page = folder.resolve("README.md");
        Files.copy(PAGE, page);
        try (Stream<Path> files = Files.walk(figures)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(Results.FIGURES).resolve(figures.relativize(file)));
            }
        }
        Results.writeTables(folder);
        assertThat(page).hasSameTextualContentAs(PAGE);
    }

    @Test
    void thePageHasAPlaceForEachCase() throws Exception {
        String page = Files.readString(PAGE);
        for (Case it : Cases.all()) {
            assertThat(page).contains("<!-- table " + it.name() + " -->\n");
        }
        for (Waits it : Waits.ALL) {
            assertThat(page).contains("<!-- table " + it.name() + " -->\n");
        }
        for (String name : Frontier.CASES) {
            assertThat(page).contains("<!-- table " + name + " -->\n");
        }
    }
}
