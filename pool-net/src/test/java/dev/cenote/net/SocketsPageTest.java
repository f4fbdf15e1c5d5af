package dev.cenote.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import example.KeyValueClient;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/sockets.md shows works, and the tests that it names exist. */
class SocketsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "sockets.md");
    private static final Path EXAMPLE = Path.of("src", "test", "java", "example", "KeyValueClient.java");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+Test)\\.([A-Za-z]+)`");

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private void serve(DataInputStream in, DataOutputStream out) throws IOException {
        boolean isOver = false;
        while (!isOver) {
            String request = in.readUTF();
            heard.add(request);
            isOver = request.equals("QUIT");
            out.writeUTF(
                    switch (request) {
                        case "AUTH secret", "QUIT" -> "OK";
                        case "GET colour" -> "blue";
                        case "PING" -> "PONG";
                        default -> "ERROR " + request;
                    });
        }
    }

    private Server server() throws IOException {
        return new Server((in, out) -> serve(new DataInputStream(in), new DataOutputStream(out)));
    }

    @Test
    void thePagesClassIsShort() throws IOException {
        String source = Files.readString(EXAMPLE);
        assertThat(source.substring(source.indexOf("/**"))
                        .lines()
                        .filter(line -> !line.isBlank())
                        .count())
                .isLessThanOrEqualTo(41);
    }

    @Test
    void theProtocolOfThePageWorks() throws Exception {
        try (Server server = server()) {
            try (KeyValueClient client = new KeyValueClient(server.address(), "secret")) {
                assertThat(client.get("colour")).isEqualTo("blue");
                assertThat(client.get("colour")).isEqualTo("blue");
                assertThatThrownBy(() -> client.get("shape")).hasMessage("ERROR GET shape");
                assertThat(client.get("colour")).isEqualTo("blue");
            }
            server.awaitAllClosed();
            assertThat(heard)
                    .filteredOn(request -> request.startsWith("GET"))
                    .containsExactly("GET colour", "GET colour", "GET shape", "GET colour");
            assertThat(heard).containsSubsequence("AUTH secret", "GET colour", "GET shape", "GET colour", "QUIT");
            // A slow connect makes the pool begin another one, so there may be more.
            int connections = Collections.frequency(heard, "AUTH secret");
            assertThat(connections).isGreaterThanOrEqualTo(2);
            assertThat(Collections.frequency(heard, "QUIT"))
                    .as("not to the one that had the error")
                    .isLessThan(connections);
        }
    }

    @Test
    void theProtocolOfThePageFailsWhereItBegins() throws Exception {
        try (Server server = server();
                KeyValueClient client = new KeyValueClient(server.address(), "wrong")) {
            assertThatThrownBy(() -> client.get("colour"))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .hasMessage("ERROR AUTH wrong");
        }
    }

    @Test
    void theTestsThatThePageNamesExist() throws Exception {
        List<MatchResult> named = TEST.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(20);
        for (MatchResult test : named) {
            Class<?> tests = Class.forName("dev.cenote.net." + test.group(1));
            assertThat(Arrays.stream(tests.getDeclaredMethods()).map(method -> method.getName()))
                    .contains(test.group(2));
        }
    }
}
