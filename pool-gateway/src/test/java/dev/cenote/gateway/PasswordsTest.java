package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Credentials.Credential;
import dev.cenote.gateway.Frame.Kind;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PasswordsTest {

    private static final Credential KNOWN = new Credentials(2, 10).of(1);

    private final Passwords passwords = new Passwords(
            name -> name.equals("me") ? new User(KNOWN.salt(), 10, KNOWN.storedKey(), KNOWN.serverKey()) : null, 10);

    @Test
    void theRightPasswordIsWelcome() throws SQLException {
        assertThat(passwords.login("me", "secret-1")).isEqualTo(Frame.of(Kind.WELCOME, ""));
    }

    @Test
    void anyOtherIsDeniedAsAStrangerIs() throws SQLException {
        Frame denied = Frame.of(Kind.DENIED, "invalid-password");

        assertThat(passwords.login("me", "secret-0")).isEqualTo(denied);
        assertThat(passwords.login("me", "")).isEqualTo(denied);
        assertThat(passwords.login("you", "secret-1")).isEqualTo(denied);
    }
}
