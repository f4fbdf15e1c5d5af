package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.gateway.Frame.Kind;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FrameTest {

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindComesBackAsItWasSent(Kind kind) throws IOException {
        Frame frame = kind == Kind.FINAL || kind == Kind.PLAIN || kind == Kind.CHALLENGE
                ? Frame.of(kind, "", "ü\u0000€")
                : Frame.of(kind, "x".repeat(Frame.LARGEST - 3));

        assertThat(read(frame.toBytes())).isEqualTo(frame);
    }

    @Test
    void theBytesAreAsDocumented() {
        assertThat(HexFormat.of().formatHex(Frame.of(Kind.PLAIN, "me", "x").toBytes()))
                .isEqualTo("00000008" + "02" + "0002" + "6d65" + "0001" + "78");
    }

    @Test
    void aFrameMayArriveByteByByte() throws IOException {
        Frame frame = Frame.of(Kind.FINAL, "id", "message");
        InputStream slow = new ByteArrayInputStream(frame.toBytes()) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, 1);
            }
        };
        Frame.Reader reader = new Frame.Reader();

        assertThat(reader.next(slow)).isEqualTo(frame);
        assertThat(reader.next(slow)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, length is 1 to 8192",
        "00002001, length is 1 to 8192",
        "ffffffff, length is 1 to 8192",
        "0000000108, kind is 0 to 7",
        "00000001ff, kind is 0 to 7",
        "0000000100, has 1 fields",
        "000000020000, ends after its frame",
        "0000000400000278, ends after its frame",
        "0000000700000000000000, has 1 fields",
        "000000030000000000, 2 bytes came behind a frame",
    })
    void whatBreaksTheProtocolIsRefused(String hex, String reason) {
        assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aStreamThatEndsWithinAFrameIsNoEnd() {
        assertThatThrownBy(() -> read(new byte[] {0, 0, 0})).isInstanceOf(EOFException.class);
    }

    @Test
    void whatIsTooLongIsNotSent() {
        assertThatThrownBy(() -> Frame.of(Kind.FIRST, "x".repeat(Frame.LARGEST)).toBytes())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 8192 bytes, but this has 8195");
        assertThatThrownBy(() -> Frame.of(Kind.FIRST)).hasMessage("FIRST must have 1 fields, but has 0");
    }

    private static Frame read(byte[] bytes) throws IOException {
        return new Frame.Reader().next(new ByteArrayInputStream(bytes));
    }
}
