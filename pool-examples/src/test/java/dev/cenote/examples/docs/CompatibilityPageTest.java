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

/** docs/compatibility.md says of each public interface and each public record how it may grow. */
class CompatibilityPageTest {

    private static final Pattern GROWS = Pattern.compile("(?m)^public .*(?:interface|record) [a-z.]+\\.([A-Z][\\w$]*)");

    @Test
    void eachPublicInterfaceAndRecordHasARuleByWhichItMayGrow() throws IOException {
        String page = Files.readString(Pages.DOCS.resolve("compatibility.md"));
        try (Stream<Path> modules = Files.list(Pages.ROOT)) {
            List<Path> apis = modules.map(it -> it.resolve("public-api.txt"))
                    .filter(Files::exists)
                    .toList();
            assertThat(apis).hasSizeGreaterThan(1);
            List<String> names = new ArrayList<>();
            for (Path api : apis) {
                GROWS.matcher(Files.readString(api))
                        .results()
                        .map(found -> "`" + found.group(1).replace('$', '.') + "`")
                        .forEach(names::add);
            }
            assertThat(names)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(name -> assertThat(page).contains(name));
        }
    }
}
