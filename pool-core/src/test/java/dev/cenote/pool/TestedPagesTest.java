package dev.cenote.pool;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promises (P), faults (F) and complaints (C) have a number, a row on a page of the documentation, and tests that are
 * tagged with the number. The last column of each row is made from these tags; {@code -Dcenote.docs.write=true} writes
 * it.
 */
class TestedPagesTest {

    private static final Path DOCS = Path.of("../docs");
    private static final Pattern NUMBER = Pattern.compile("[PFC]\\d+");
    private static final Pattern ROW = Pattern.compile("(\\| ([PFC]\\d+) \\| .* \\| )[^|]*\\|");

    /** For each tag the tests that bear it, by their class. */
    private static final SortedMap<String, SortedMap<String, SortedSet<String>>> TESTS = new TreeMap<>();

    @BeforeAll
    static void findTests() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(TestedPagesTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith("Test.class")).toList()) {
                String name = classes.relativize(file).toString().replace(File.separatorChar, '.');
                Class<?> type = Class.forName(
                        name.substring(0, name.length() - ".class".length()),
                        false,
                        TestedPagesTest.class.getClassLoader());
                for (Method method : type.getDeclaredMethods()) {
                    numbers(method)
                            .forEach(number -> TESTS.computeIfAbsent(number, it -> new TreeMap<>())
                                    .computeIfAbsent(type.getSimpleName(), it -> new TreeSet<>())
                                    .add(method.getName()));
                }
            }
        }
    }

    private static Stream<String> numbers(AnnotatedElement tagged) {
        return Stream.of(tagged.getAnnotationsByType(Tag.class)).map(Tag::value).filter(NUMBER.asMatchPredicate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"promises.md", "faults.md", "complaints.md"})
    void eachRowNamesItsTests(String page) throws IOException {
        Path path = DOCS.resolve(page);
        List<String> lines = Files.readAllLines(path);
        String generated = lines.stream().map(TestedPagesTest::withTests).collect(joining("\n", "", "\n"));
        if (Boolean.getBoolean("cenote.docs.write")) {
            Files.writeString(path, generated);
        }
        assertThat(generated).isEqualTo(Files.readString(path));
    }

    private static String withTests(String line) {
        Matcher row = ROW.matcher(line);
        if (!row.matches()) {
            return line;
        }
        Map<String, SortedSet<String>> tests = TESTS.getOrDefault(row.group(2), new TreeMap<>());
        String names = row.group(2).startsWith("P") // a promise has many: their classes will do
                ? tests.keySet().stream().map(TestedPagesTest::quoted).collect(joining(", "))
                : tests.entrySet().stream()
                        .map(it -> quoted(it.getKey()) + ": "
                                + it.getValue().stream()
                                        .map(TestedPagesTest::quoted)
                                        .collect(joining(", ")))
                        .collect(joining("<br>"));
        return row.group(1) + names + " |";
    }

    private static String quoted(String name) {
        return "`" + name + "`";
    }

    @Test
    void everyNumberHasARowAndEveryRowHasATest() throws IOException {
        SortedSet<String> rows = new TreeSet<>();
        for (String page : List.of("promises.md", "faults.md", "complaints.md")) {
            for (String line : Files.readAllLines(DOCS.resolve(page))) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    assertThat(rows.add(row.group(2)))
                            .as("one row for %s", row.group(2))
                            .isTrue();
                }
            }
        }
        assertThat(rows).isEqualTo(TESTS.keySet());
    }
}
