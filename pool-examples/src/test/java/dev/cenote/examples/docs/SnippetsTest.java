package dev.cenote.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code of the pages is that of tests: what stands below {@code <!-- snippet: Class#name -->} on a page stands between
 * {@code // snippet: name} and {@code // end} in the source of that name, in any module. {@code -Dcenote.docs.write=true}
 * writes the pages.
 */
class SnippetsTest {

    private static final Pattern SNIPPET =
            Pattern.compile("(?s)(<!-- snippet: (\\w+)#([\\w-]+) -->\n```(?:java|kotlin)\n)(.*?)(```\n)");
    private static final Pattern CODE = Pattern.compile("(?m)^ *```(java|kotlin)$");

    /** Pages whose code another test compares with what it runs. */
    private static final Map<String, String> HELD_ELSEWHERE = Map.of("sizing.md", "SizingPageTest");

    private static final Map<String, List<Path>> SOURCES = allSources();

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.walk(Pages.DOCS)) {
            return pages
                    .filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> !page.startsWith(Pages.DOCS.resolve("adr")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** The sources of all modules, by the name of the file. */
    private static Map<String, List<Path>> allSources() {
        try (Stream<Path> modules = Files.walk(Pages.ROOT, 2)) {
            return modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(SnippetsTest::sources)
                    .collect(Collectors.groupingBy(
                            file -> file.getFileName().toString().replaceFirst("\\.\\w+$", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(java|kt)")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theCodeOfAPageIsThatOfItsTest(Path file) throws IOException {
        String page = Files.readString(file);
        StringBuilder filled = new StringBuilder();
        Matcher snippets = SNIPPET.matcher(page);
        while (snippets.find()) {
            String code = code(snippets.toMatchResult());
            snippets.appendReplacement(filled, Matcher.quoteReplacement(snippets.group(1) + code + snippets.group(5)));
        }
        snippets.appendTail(filled);
        if (Boolean.getBoolean("cenote.docs.write")) {
            Files.writeString(file, filled);
        } else {
            assertThat(page).isEqualTo(filled.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void allCodeOfAPageIsCompiled(Path file) throws IOException {
        String rest = SNIPPET.matcher(Files.readString(file)).replaceAll("");
        if (!HELD_ELSEWHERE.containsKey(name(file))) {
            assertThat(CODE.matcher(rest).results())
                    .as("blocks without a snippet")
                    .isEmpty();
        }
    }

    @Test
    void whatIsHeldElsewhereHasCodeAndATestThatReadsThePage() throws IOException {
        for (Map.Entry<String, String> held : HELD_ELSEWHERE.entrySet()) {
            assertThat(Files.readString(Pages.DOCS.resolve(held.getKey()))).containsPattern(CODE);
            assertThat(Files.readString(source(held.getValue()))).contains(held.getKey());
        }
    }

    private static String name(Path page) {
        return Pages.DOCS.relativize(page).toString().replace('\\', '/');
    }

    private static Path source(String test) {
        assertThat(SOURCES.getOrDefault(test, List.of()))
                .as("sources of %s", test)
                .hasSize(1);
        return SOURCES.get(test).get(0);
    }

    private static String code(MatchResult snippet) throws IOException {
        String source = Files.readString(source(snippet.group(2)));
        Matcher region = Pattern.compile("(?s) *// snippet: " + Pattern.quote(snippet.group(3)) + "\n(.*?) *// end\n")
                .matcher(source);
        assertThat(region.find()).as(snippet.group(2) + "#" + snippet.group(3)).isTrue();
        return region.group(1).stripTrailing().stripIndent() + "\n";
    }
}
