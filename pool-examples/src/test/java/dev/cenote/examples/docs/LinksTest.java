package dev.cenote.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No link within the project is dead, and each page can be found. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern OF_THE_SITE = Pattern.compile("link: '/(.*?)'");

    @Test
    void everyRelativeLinkAndAnchorResolves() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path page : Pages.all()) {
            for (MatchResult found : LINK.matcher(Pages.prose(page).replaceAll("`[^`\n]*`", "``"))
                    .results()
                    .toList()) {
                String link = found.group(1);
                if (URI.create(link).getScheme() == null) {
                    links++;
                    if (!resolves(page, link)) {
                        dead.add(Pages.ROOT.relativize(page) + ": " + link);
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(links).isGreaterThan(200);
    }

    private static boolean resolves(Path page, String link) throws IOException {
        URI target = URI.create(link);
        Path file = target.getPath().isEmpty()
                ? page
                : page.resolveSibling(target.getPath()).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return target.getFragment() == null || Pages.anchors(file).contains(target.getFragment());
    }

    @Test
    void everyPageIsLinkedFromTheListOfPages() throws IOException {
        String list = Files.readString(Pages.DOCS.resolve("README.md"));
        try (Stream<Path> pages = Files.walk(Pages.DOCS)) {
            assertThat(pages.filter(it -> it.toString().endsWith(".md"))
                            .map(it -> Pages.DOCS.relativize(it).toString().replace('\\', '/'))
                            .filter(it -> !it.equals("README.md") && !it.startsWith("adr/")))
                    .allSatisfy(page -> assertThat(list).contains("](" + page + ")"));
        }
    }

    @Test
    void theSitesOwnLinksLeadToPages() throws IOException {
        String config = Files.readString(Pages.ROOT.resolve("site/.vitepress/config.mjs"));
        List<String> links = OF_THE_SITE
                .matcher(config)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(links).hasSizeGreaterThan(20).allSatisfy(link -> {
            String page = link.isEmpty() || link.endsWith("/") ? link + "README" : link;
            assertThat(Pages.DOCS.resolve(page + ".md")).exists();
        });
    }
}
