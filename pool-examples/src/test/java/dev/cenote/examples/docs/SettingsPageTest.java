package dev.cenote.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/settings.md are made of what the builders' javadoc says. A table stands below {@code <!-- settings: FILE -->};
 * {@code -Dcenote.docs.write=true} writes it.
 */
class SettingsPageTest {

    private static final Path PAGE = Pages.DOCS.resolve("settings.md");
    private static final Pattern TABLE = Pattern.compile("(?s)(<!-- settings: (\\S+) -->\n)(.*?)(<!-- end -->)");
    private static final Pattern SETTING = Pattern.compile("(?m)^    /\\*\\*\n"
            + "((?:     \\*.*\n"
            + ")+?)     \\*/\n"
            + "    public (?:<\\w+> )?\\w+Builder(?:<.*?>)? (\\w+)\\((.*?)\\) \\{");
    private static final Pattern FACTS = Pattern.compile(
            "^(.*?)<p>Default: (.*?)\\.(?: Range: (.*?)\\.)?(?: ((?:[A-Z]\\w* (?:\\w+ ){0,2})?[Cc]osts? .*?)\\.)?(?:"
                    + " (No change at run time|Change it with .*?)\\.)?(?: [A-Z].*)?$");
    private static final Map<String, String> UNITS = Map.of(
            "Duration", "time",
            "int", "number",
            "long", "number",
            "double", "share",
            "boolean", "true, false",
            "String", "text");

    @Test
    void theTablesSayWhatTheJavadocSays() throws IOException {
        String page = Files.readString(PAGE);
        StringBuilder filled = new StringBuilder();
        Matcher tables = TABLE.matcher(page);
        while (tables.find()) {
            String table = table(Pages.ROOT.resolve(tables.group(2)));
            tables.appendReplacement(filled, Matcher.quoteReplacement(tables.group(1) + table + tables.group(4)));
        }
        tables.appendTail(filled);
        if (Boolean.getBoolean("cenote.docs.write")) {
            Files.writeString(PAGE, filled);
        } else {
            assertThat(page).isEqualTo(filled.toString());
        }
    }

    @Test
    void everyBuilderHasATable() throws IOException {
        String page = Files.readString(PAGE);
        try (Stream<Path> modules = Files.list(Pages.ROOT)) {
            List<String> builders = modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .flatMap(SettingsPageTest::builders)
                    .filter(SettingsPageTest::hasSettings)
                    .map(it -> Pages.ROOT.relativize(it).toString().replace('\\', '/'))
                    .toList();
            assertThat(builders)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(page).contains("<!-- settings: " + file + " -->"));
        }
    }

    private static Stream<Path> builders(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(it -> it.toString().endsWith("Builder.java")).toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean hasSettings(Path builder) {
        try {
            return Files.readString(builder).contains("<p>Default: ");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String table(Path builder) throws IOException {
        String source = Files.readString(builder);
        StringBuilder table =
                new StringBuilder("\n| setting | what it is | default | range | unit | cost | at run time |\n");
        table.append("|---|---|---|---|---|---|---|\n");
        long rows = SETTING.matcher(source)
                .results()
                .filter(found -> found.group(1).contains("<p>Default: "))
                .peek(found -> table.append(row(found)))
                .count();
        assertThat(rows).as("settings of %s", builder).isPositive();
        assertThat(source.split("<p>Default: ", -1))
                .as("settings of %s", builder)
                .hasSize((int) rows + 1);
        return table.append('\n').toString();
    }

    private static String row(MatchResult setting) {
        String text = setting.group(1)
                .replaceAll("(?m)^     \\* ?", "")
                .replaceFirst("(?s)\n@.*", "")
                .replaceAll("\\s+", " ")
                .strip();
        Matcher facts = FACTS.matcher(text);
        assertThat(facts.find()).as("%s: %s", setting.group(2), text).isTrue();
        String what = plain(facts.group(1)).replaceFirst("(?<=\\w\\.)(?<!e\\.g\\.)\\s.*", "");
        return String.join(
                        " | ",
                        "| `" + setting.group(2) + "`",
                        what,
                        plain(facts.group(2)),
                        facts.group(3) == null ? "–" : plain(facts.group(3)),
                        unit(setting.group(3)),
                        cost(facts.group(4)),
                        change(facts.group(5)))
                + " |\n";
    }

    private static String unit(String parameters) {
        String type = parameters.replaceFirst("(<.*>)? \\w+(, .*)?$", "").replaceFirst("<.*", "");
        return UNITS.getOrDefault(type, "`" + type + "`");
    }

    private static String cost(String text) {
        return text == null ? "–" : plain(text.replaceFirst("^Costs ", ""));
    }

    private static String change(String text) {
        if (text == null) {
            return "–";
        }
        return text.startsWith("No") ? "no" : plain(text.replaceFirst("^Change it with ", ""));
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\{@code (.*?)}", "`$1`")
                .replaceAll("\\{@linkplain \\S+ (.*?)}", "$1")
                .replaceAll("\\{@link #(\\w+).*?}", "`$1`")
                .replaceAll("\\{@link (?:[a-z]+\\.)*(\\w+)#(\\w+).*?}", "`$1.$2`")
                .replaceAll("\\{@link (?:[a-z]+\\.)*(\\w+)}", "`$1`")
                .replaceAll("</?\\w+>", "")
                .replace("|", "\\|")
                .strip();
    }
}
