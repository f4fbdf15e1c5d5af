package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.run.Help;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each exception of the pool, and each warning of each published module, names a section of docs/help.md that is there. */
class HelpPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("(?:Help\\.on\\(\"|https://cenote\\.dev/help#)([\\w-]+)");
    private static final Pattern LOGGED = Pattern.compile("LOG\\.(?:warn|error)\\((?:[^;]|;(?! *\\n))*;\\s*\\n");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    /** The modules that are published. */
    static Stream<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders
                    .filter(it -> Files.exists(it.resolve("pom.xml")) && Files.exists(it.resolve("src/main/java")))
                    .filter(it -> !read(it.resolve("pom.xml")).contains("<maven.deploy.skip>true</maven.deploy.skip>"))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyTopicThatAMessageNamesIsASectionOfThePage(Path module) throws IOException {
        Set<String> topics = new TreeSet<>();
        for (String source : sources(module)) {
            NAMED.matcher(source).results().forEach(found -> topics.add(found.group(1)));
        }

        assertThat(sections()).containsAll(topics);
    }

    @Test
    void everyExceptionOfThePoolIsASectionOfThePage() throws IOException {
        for (Class<?> type : PoolException.class.getPermittedSubclasses()) {
            assertThat(sections()).contains(topicOf(type));
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void everyWarningNamesATopic(Path module) throws IOException {
        for (String source : sources(module)) {
            LOGGED.matcher(source)
                    .results()
                    .forEach(found -> assertThat(found.group()).containsPattern(NAMED));
        }
    }

    @Test
    void thePageStandsWhereThePomSaysThatTheProjectIs() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String url = pom.replaceFirst("(?s).*?<url>(.*?)</url>.*", "$1");

        assertThat(Help.on("x")).isEqualTo(" (see " + url + "/help#x)");
    }

    private static String topicOf(Class<?> exception) {
        return exception
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=.)(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    private static Set<String> sections() throws IOException {
        return HEADING.matcher(Files.readString(ROOT.resolve("docs/help.md")))
                .results()
                .map(found -> found.group(1).toLowerCase(Locale.ROOT).replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static Iterable<String> sources(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            return files.filter(it -> it.toString().endsWith(".java"))
                    .map(HelpPageTest::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
