package dev.cenote.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AddressTest {

    @Test
    void addressesThatSayTheSameAreEqual() {
        assertThat(Address.of("DB.example", 5432))
                .isEqualTo(Address.of("db.example", 5432))
                .hasSameHashCodeAs(Address.of("db.example", 5432))
                .isNotEqualTo(Address.of("db.example", 5433))
                .isNotEqualTo(Address.tls("db.example", 5432));
        assertThat(Address.of("[::1]", 80)).isEqualTo(Address.of("::1", 80));
        assertThat(Address.unix(Path.of("/run/db"))).isEqualTo(Address.unix(Path.of("/run/db")));
    }

    @Test
    void anAddressIsWrittenAsOneReadsIt() {
        assertThat(Address.of("db.example", 5432)).hasToString("db.example:5432");
        assertThat(Address.tls("::1", 443)).hasToString("tls://[::1]:443");
        assertThat(Address.unix(Path.of("/run/db"))).hasToString("unix:/run/db");
    }

    @Test
    void whatIsNoAddressIsNamed() {
        assertThatThrownBy(() -> Address.of(" ", 80)).hasMessage("host must not be blank, but was ' '");
        assertThatThrownBy(() -> Address.of("db", 0)).hasMessage("port must be 1 to 65535, but was 0");
        assertThatThrownBy(() -> Address.tls("db", 65_536)).hasMessage("port must be 1 to 65535, but was 65536");
        assertThatThrownBy(() -> Address.of(null, 1)).hasMessage("host must be a host name, but was null");
    }
}
