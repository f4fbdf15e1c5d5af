package dev.cenote.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class DemoTest {

    @Test
    void theScriptsHelpIsWhatTheDemoSays() throws Exception {
        try (InputStream help = Demo.class.getResourceAsStream("help.txt")) {
            assertThat(new String(help.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualToNormalizingNewlines(new CommandLine(new Demo()).getUsageMessage(Ansi.OFF));
        }
    }
}
