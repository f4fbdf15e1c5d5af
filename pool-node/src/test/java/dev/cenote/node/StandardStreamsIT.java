package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar, on standard input and output. */
class StandardStreamsIT {

    private static final String STATS =
            "{\"src\":\"c\",\"dest\":\"n\",\"body\":{\"type\":\"pool_stats\",\"msg_id\":1}}\n";

    @ParameterizedTest
    @MethodSource("dev.cenote.node.CasesTest#cases")
    void answersByteForByteAndExitsWithZero(Path in) throws Exception {
        try (NodeProcess node = NodeProcess.start(List.of())) {
            try (OutputStream input = node.process.getOutputStream()) {
                Files.copy(in, input);
            }
            assertThat(node.output())
                    .isEqualTo(Files.readString(Path.of(in.toString().replaceFirst("in$", "out"))));
            assertThat(node.process.waitFor()).isZero();
        }
    }

    @Test
    void answersEachLineBeforeTheNextOneComes() throws IOException {
        try (NodeProcess node = NodeProcess.start(List.of())) {
            OutputStream input = node.process.getOutputStream();
            BufferedReader output = node.process.inputReader(StandardCharsets.UTF_8);
            for (int i = 0; i < 3; i++) {
                input.write(STATS.getBytes(StandardCharsets.UTF_8));
                input.flush();
                assertThat(output.readLine()).contains("\"code\": 22");
            }
        }
    }

    @Test
    void rubbishOfAnySizeIsReportedWithItsLineAndCostsNoMemory() throws Exception {
        int rubbishLines = 60;
        try (NodeProcess node = NodeProcess.start(List.of("-Xmx12m", "-Xss512k"))) {
            try (OutputStream input = node.process.getOutputStream()) {
                byte[] megabyte = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
                byte[] brackets = "[".repeat(60_000).getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < rubbishLines; i += 2) {
                    input.write(megabyte);
                    input.write('\n');
                    input.write(brackets);
                    input.write('\n');
                }
                input.write(STATS.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(node.output()).hasLineCount(1).contains("\"code\": 22");
            assertThat(node.process.waitFor()).isZero();
            assertThat(node.log()).hasSize(rubbishLines);
            assertThat(node.log().get(0))
                    .contains("line 1: ")
                    .endsWith("at most 65536 bytes long, but was 1048576 bytes");
            assertThat(node.log().get(rubbishLines - 1))
                    .contains("line 60: a request must be a JSON object, but was [[[");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bogus",
                "extra",
                "--listen",
                "--listen nowhere",
                "--listen 127.0.0.1:65536",
                "--listen :1",
                "--listen 127.0.0.1:0 --max-connections 0",
                "--listen 127.0.0.1:0 --max-connections many",
                "--listen 127.0.0.1:0 --backlog -1",
                "--max-connections 3",
                "--backlog 3"
            })
    void badOptionsAreOneLineAndExitWithTwo(String options) throws Exception {
        try (NodeProcess node = NodeProcess.start(List.of(), options.split(" "))) {
            assertThat(node.process.waitFor()).isEqualTo(2);
            assertThat(node.log()).hasSize(1).first().asString().startsWith("cenote-node: ");
            assertThat(node.output()).isEmpty();
        }
    }

    @Test
    void tellsItsOptionsAndItsVersion() throws Exception {
        try (NodeProcess help = NodeProcess.start(List.of(), "--help");
                NodeProcess version = NodeProcess.start(List.of(), "--version")) {
            assertThat(help.output()).contains("--listen=HOST:PORT", "--max-connections=N", "--backlog=M");
            assertThat(help.process.waitFor()).isZero();
            assertThat(version.output()).startsWith("Cenote ");
            assertThat(version.process.waitFor()).isZero();
        }
    }

    @Test
    void anAddressThatCantBeHadIsOneLineAndExitsWithOne() throws Exception {
        try (NodeProcess first = NodeProcess.listening(1, 1);
                NodeProcess second = NodeProcess.start(
                        List.of(), "--listen", "127.0.0.1:" + first.address().getPort())) {
            assertThat(second.process.waitFor()).isEqualTo(1);
            assertThat(second.log())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("cenote-node: can't listen on 127.0.0.1:");
        }
    }
}
