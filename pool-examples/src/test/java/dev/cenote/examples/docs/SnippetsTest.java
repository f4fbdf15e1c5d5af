package dev.cenote.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code of the guides is that of their tests, and the code of the examples' page that of the examples: what stands below {@code <!-- snippet: Class#name -->} on a page stands between
 * {@code // snippet: name} and {@code // end} in that class. {@code -Dcenote.docs.write=true} writes the pages.
 */
class SnippetsTest {

    private static final Path GUIDES = Path.of("src/test/java/dev/cenote/examples/guides");
    private static final Path EXAMPLES = Path.of("src/main/java/dev/cenote/examples");
    private static final Pattern SNIPPET =
            Pattern.compile("(?s)(<!-- snippet: (\\w+)#([\\w-]+) -->\n```java\n)(.*?)(```\n)");

    static Stream<Path> guides() throws IOException {
        try (Stream<Path> pages = Files.list(Pages.DOCS.resolve("guides"))) {
            return Stream.concat(
                    pages.toList().stream(),
                    Stream.of(Pages.DOCS.resolve("getting-started.md"), Pages.DOCS.resolve("examples.md")));
        }
    }

    @ParameterizedTest
    @MethodSource("guides")
    void theCodeOfAGuideIsThatOfItsSource(Path guide) throws IOException {
        String page = Files.readString(guide);
        StringBuilder filled = new StringBuilder();
        Matcher snippets = SNIPPET.matcher(page);
        while (snippets.find()) {
            String code = code(snippets.toMatchResult());
            snippets.appendReplacement(filled, Matcher.quoteReplacement(snippets.group(1) + code + snippets.group(5)));
        }
        snippets.appendTail(filled);
        if (Boolean.getBoolean("cenote.docs.write")) {
            Files.writeString(guide, filled);
        } else {
            assertThat(page).isEqualTo(filled.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("guides")
    void allCodeOfAGuideIsCompiled(Path guide) throws IOException {
        String rest = SNIPPET.matcher(Files.readString(guide)).replaceAll("");
        assertThat(rest).doesNotContain("```java");
    }

    private static String code(MatchResult snippet) throws IOException {
        String file = snippet.group(2) + ".java";
        Path test = GUIDES.resolve(file);
        String source = Files.readString(Files.exists(test) ? test : EXAMPLES.resolve(file));
        Matcher region = Pattern.compile("(?s) *// snippet: " + Pattern.quote(snippet.group(3)) + "\n(.*?) *// end\n")
                .matcher(source);
        assertThat(region.find()).as(snippet.group(2) + "#" + snippet.group(3)).isTrue();
        return region.group(1).stripTrailing().stripIndent() + "\n";
    }
}
