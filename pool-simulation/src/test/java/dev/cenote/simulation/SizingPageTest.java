package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.console.Console;
import dev.cenote.pool.AdaptiveSizing;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolRecording;
import dev.cenote.pool.SizingPolicy;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/sizing.md, done by a reader: what it says to write is compiled here, and the commands that it shows are run. */
class SizingPageTest {

    @TempDir
    private Path folder;

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "sizing.md"));
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(page())
                .results()
                .map(block -> block.group(1).strip())
                .toList();
    }

    @Test
    void fromARunningApplicationToAnAnswer() throws Exception {
        List<String> commands = blocks("sh").get(0).lines().toList();
        assertThat(commands).hasSize(2);
        Factory<Object> factory = Object::new;
        try (Pool<Object> pool = Pool.builder(factory).maxSize(8).build();
                Console console = Console.builder(pool).operations(true).open()) {
            assertThat(curl(commands.get(0), console)).contains("recorded to");
            use(pool);
            String done = curl(commands.get(1), console);
            Path file = Path.of(done.replaceAll(".*recorded to (.*), lost 0 events.*", "$1"));
            whatIf(blocks("sh").get(1), "FILE", file);
            Files.delete(file);
            Files.delete(Path.of(file + ".html"));
            Files.delete(file.getParent());
        }
    }

    /** What that command does, without the program. */
    private static String curl(String command, Console console) throws IOException, InterruptedException {
        Matcher said = Pattern.compile("curl -d '(.+?)' -H '(.+?): (.+?)' -H '(.+?): (.+?)' \\$\\{CONSOLE}(\\w+)")
                .matcher(command);
        assertThat(said.matches()).as(command).isTrue();
        HttpRequest request = HttpRequest.newBuilder(console.uri().resolve(said.group(6)))
                .POST(HttpRequest.BodyPublishers.ofString(said.group(1)))
                .headers(said.group(2), said.group(3), said.group(4), said.group(5))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void whatIf(String command, String said, Path file) {
        assertThat(command).startsWith("bin/whatif " + said);
        List<String> args = new ArrayList<>(Arrays.asList(command.split(" +")));
        args.remove(0);
        args.set(0, file.toString());
        assertThat(WhatIf.run(args.toArray(String[]::new))).as(command).isIn(0, 3);
    }

    @Test
    void otherQuestionsToTheSameRecording() throws IOException {
        Path file = folder.resolve("orders.recording");
        record(file);
        List<String> commands = blocks("sh").get(2).lines().toList();
        assertThat(commands).hasSize(4);
        for (String command : commands) {
            whatIf(command, "orders.recording", file);
        }
        assertThat(Path.of(file + ".html")).isNotEmptyFile();
        assertThat(Path.of("..", "bin", "whatif")).isExecutable();
    }

    /** As the page says, but for the path, and the hour. */
    private static void record(Path file) throws IOException {
        Factory<Object> factory = Object::new;
        try (Pool<Object> pool = Pool.builder(factory).maxSize(8).build()) {
            PoolRecording recording = pool.recordTo(file, 1);
            use(pool);
            recording.close();
        }
        AdaptiveSizing sizing = SizingPolicy.adaptive();
        assertThat(sizing.size(new int[] {3})).isEqualTo(3);
    }

    private static void use(Pool<Object> pool) {
        for (int i = 0; i < 50; i++) {
            List<CompletableFuture<Lease<Object>>> burst = new ArrayList<>();
            for (int j = 0; j < 20; j++) {
                burst.add(pool.acquireAsync());
            }
            burst.forEach(future -> future.join().close());
        }
    }

    @Test
    void whatThePageSaysToWriteIsCompiledHere() throws IOException {
        String here = Files.readString(Path.of("src/test/java/dev/cenote/simulation/SizingPageTest.java"));
        for (String snippet : blocks("java")) {
            assertThat(here).contains(snippet.replace("Path.of(\"orders.recording\")", "file"));
        }
    }

    @Test
    void linksToTestsAndDecisionsLeadSomewhere() throws IOException {
        Pattern.compile("\\]\\((adr/[^)]+)\\)")
                .matcher(page())
                .results()
                .forEach(
                        link -> assertThat(Path.of("..", "docs", link.group(1))).isRegularFile());
        Pattern.compile("`(\\w+Test)`")
                .matcher(page())
                .results()
                .forEach(test -> assertThat(Path.of("src/test/java/dev/cenote/simulation", test.group(1) + ".java"))
                        .isRegularFile());
    }
}
