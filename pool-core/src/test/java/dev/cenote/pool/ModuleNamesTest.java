package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each jar that is published has a name as a module that no later version will change. */
class ModuleNamesTest {

    @Test
    void aPublishedJarHasADescriptorOrAnAutomaticModuleName() throws IOException {
        List<Path> published;
        try (Stream<Path> folders = Files.list(Path.of(".."))) {
            published = folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .filter(folder -> Files.exists(folder.resolve("src/main/java")))
                    .filter(folder -> !pom(folder).contains("<maven.deploy.skip>true</maven.deploy.skip>"))
                    .toList();
        }
        assertThat(published)
                .hasSizeGreaterThan(4)
                .allMatch(folder -> Files.exists(folder.resolve("src/main/java/module-info.java"))
                        || pom(folder).contains("<Automatic-Module-Name>dev.cenote."));
    }

    private static String pom(Path folder) {
        try {
            return Files.readString(folder.resolve("pom.xml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
