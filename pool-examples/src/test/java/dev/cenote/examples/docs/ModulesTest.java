package dev.cenote.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each module is published, and then the BOM names it, or says that it is not. */
class ModulesTest {

    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");

    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");

    static Stream<String> modules() throws IOException {
        return MODULE
                .matcher(Files.readString(Pages.ROOT.resolve("pom.xml")))
                .results()
                .map(found -> found.group(1))
                .filter(module -> !module.equals("cenote-bom"))
                .toList()
                .stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleIsInTheBomOrIsNotPublished(String module) throws IOException {
        String pom = Files.readString(Pages.ROOT.resolve(module).resolve("pom.xml"));
        String artifact = pom.replaceFirst("(?s).*?</parent>.*?<artifactId>(.*?)</artifactId>.*", "$1");
        String bom = Files.readString(Pages.ROOT.resolve("cenote-bom/pom.xml"));

        assertThat(bom.contains("<artifactId>" + artifact + "</artifactId>"))
                .as("%s is in cenote-bom, or sets maven.deploy.skip", artifact)
                .isNotEqualTo(pom.contains("<maven.deploy.skip>true</maven.deploy.skip>"));
    }

    /** A logger that comes along is a second one for a program that has chosen its own. */
    @Test
    void nothingThatIsPublishedBringsALogger() throws IOException {
        assertThat(dependenciesOfPublishedModules())
                .noneMatch(it -> it.contains("<artifactId>slf4j-") && !it.contains("<artifactId>slf4j-api<"))
                .noneMatch(it -> it.contains("<artifactId>logback-"));
    }

    @Test
    void nothingThatIsPublishedNeedsAModuleThatIsNot() throws IOException {
        String bom = Files.readString(Pages.ROOT.resolve("cenote-bom/pom.xml"));
        assertThat(dependenciesOfPublishedModules())
                .filteredOn(it -> it.contains("<groupId>dev.cenote<"))
                .isNotEmpty()
                .allMatch(it -> bom.contains(it.replaceFirst("(?s).*?(<artifactId>.*?</artifactId>).*", "$1")));
    }

    /** Without those of their tests, which their published POMs do not name. */
    private static List<String> dependenciesOfPublishedModules() throws IOException {
        List<String> dependencies = new ArrayList<>();
        for (String module : modules().toList()) {
            String pom = Files.readString(Pages.ROOT.resolve(module).resolve("pom.xml"));
            if (!pom.contains("<maven.deploy.skip>true</maven.deploy.skip>")) {
                DEPENDENCY
                        .matcher(pom.replaceFirst("(?s)<build>.*", ""))
                        .results()
                        .map(found -> module + ": " + found.group(1))
                        .filter(it -> !it.contains("<scope>test</scope>"))
                        .forEach(dependencies::add);
            }
        }
        return dependencies;
    }

    @Test
    void noScriptCallsAnInstalledMaven() throws IOException {
        try (Stream<Path> scripts = Files.list(Pages.ROOT.resolve("bin"))) {
            assertThat(scripts.filter(it -> !it.endsWith("maven")))
                    .allSatisfy(
                            script -> assertThat(Files.readString(script)).doesNotContainPattern("(?m)^[^#]*\\bmvn -"));
        }
    }
}
