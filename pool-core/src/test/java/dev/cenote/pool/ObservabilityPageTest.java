package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/observability.md has a test for each thing that an operator sees. */
class ObservabilityPageTest {

    private static final Path TREE = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

    @Test
    void eachRowOfTheOperatorsTableNamesTestsThatExist() throws IOException {
        List<String> table = Files.readAllLines(TREE.resolve("docs/observability.md")).stream()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertThat(table).hasSizeGreaterThan(6);
        Set<String> tests = tests();
        assertThat(table)
                .allSatisfy(row -> assertThat(TEST.matcher(row).results().map(test -> test.group(1)))
                        .isNotEmpty()
                        .isSubsetOf(tests));
    }

    private static Set<String> tests() throws IOException {
        try (Stream<Path> modules = Files.list(TREE)) {
            List<Path> folders = modules.filter(
                            path -> path.getFileName().toString().startsWith("pool-"))
                    .toList();
            return folders.stream()
                    .flatMap(ObservabilityPageTest::files)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().contains("src" + File.separator + "test")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
