package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in docs: what it tells the reader to paste prints what it says. */
class PageIT {

    private static final Path ROOT = Path.of("..");
    private static final Pattern SESSION = Pattern.compile("```bash\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COST = Pattern.compile("```bash\n(awk .*?)```", Pattern.DOTALL);

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/node.md"));
    }

    private static String run(String script) throws IOException {
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", "set -m\n" + script).directory(ROOT.toFile());
        bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = bash.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theSessionsPrintWhatThePageSays() throws IOException {
        List<MatchResult> sessions = SESSION.matcher(page()).results().toList();
        assertThat(sessions).hasSize(2);
        String port = Integer.toString(freePort());
        for (MatchResult session : sessions) {
            assertThat(withoutPorts(run(session.group(1).replace("7411", port))))
                    .isEqualTo(withoutPorts(session.group(2).replace("7411", port)));
        }
    }

    /** Not one of those that the system hands out: nobody else is given it while the node starts. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // it is taken
            }
        }
    }

    /** The client's end has another port each time. */
    private static String withoutPorts(String text) {
        return text.replaceAll("(\"dest\": \"127\\.0\\.0\\.1):\\d+", "$1");
    }

    @Test
    void theCostIsThatOfAHundredThousandAnswers(@TempDir Path folder) throws IOException {
        String script = COST.matcher(page()).results().toList().get(0).group(1);
        Path requests = folder.resolve("requests");
        assertThat(run(script.replace("/tmp/requests", requests.toString())))
                .contains("\"in_reply_to\": 100000, ")
                .contains("user");
    }
}
