package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.node.Messages.UnanswerableException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    private static LineReader reading(String text) {
        return new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsLinesWithAndWithoutAnEnd() throws Exception {
        LineReader lines = reading("one\n\r\n\nfour");
        assertThat(lines.next()).asString().isEqualTo("one");
        assertThat(lines.next()).asString().isEqualTo("\r");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).asString().isEqualTo("four");
        assertThat(lines.number()).isEqualTo(4);
        assertThat(lines.next()).isNull();
        assertThat(lines.next()).isNull();
        assertThat(lines.number()).isEqualTo(4);
    }

    @Test
    void theLongestLineIsReadAndALongerOneIsPassedOver() throws Exception {
        String longest = "x".repeat(Messages.LONGEST_LINE);
        LineReader lines = reading(longest + "\n" + longest + "x\nthree\n" + "x".repeat(1_000_000));
        assertThat(lines.next()).hasSize(Messages.LONGEST_LINE);
        assertThatThrownBy(lines::next)
                .isInstanceOf(UnanswerableException.class)
                .hasMessage("a request must be at most 65536 bytes long, but was 65537 bytes");
        assertThat(lines.next()).asString().isEqualTo("three");
        assertThat(lines.number()).isEqualTo(3);
        assertThatThrownBy(lines::next).hasMessageEndingWith("was 1000000 bytes");
        assertThat(lines.next()).isNull();
    }
}
