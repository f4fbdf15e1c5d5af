package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HmacTest {

    /** RFC 4231, test case 6, in two parts. */
    @Test
    void theExampleOfTheStandardComesOut() {
        byte[] key = new byte[131];
        Arrays.fill(key, (byte) 0xaa);
        byte[] mac = new Hmac(key)
                .of(
                        "Test Using Larger Than Block-Size Key - ".getBytes(StandardCharsets.US_ASCII),
                        "Hash Key First".getBytes(StandardCharsets.US_ASCII));

        assertThat(HexFormat.of().formatHex(mac))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> new Hmac(new byte[31])).hasMessage("a key has at least 32 bytes, but this has 31");
    }
}
