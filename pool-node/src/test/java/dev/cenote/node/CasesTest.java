package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs of what goes in and what comes out, byte for byte. */
class CasesTest {

    static List<Path> cases() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(CasesTest.class.getResource("/cases")).toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".in"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersByteForByte(Path in) throws IOException {
        Path out = Path.of(in.toString().replaceFirst("in$", "out"));
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        Main.serve(new ByteArrayInputStream(Files.readAllBytes(in)), answers);
        assertThat(answers.toByteArray()).asString().isEqualTo(Files.readString(out));
    }

    @Test
    void thereAreCases() throws IOException, URISyntaxException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(5);
    }
}
