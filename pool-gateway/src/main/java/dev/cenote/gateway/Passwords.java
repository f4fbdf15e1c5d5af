package dev.cenote.gateway;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import dev.cenote.gateway.Frame.Kind;
import java.security.MessageDigest;
import java.sql.SQLException;

/**
 * Plain logins: the client sends the password, and the server does the iterations of PBKDF2 for each login. The table is the
 * same as for {@link Scram}. Thread-safe.
 */
final class Passwords {

    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

    private final Users users;
    private final User stranger;

    /**
     * Logs users in.
     *
     * @param strangersIterations what is done for somebody who is not in the table, so that the time does not tell
     */
    Passwords(Users users, int strangersIterations) {
        this.users = users;
        this.stranger = new User(new byte[16], strangersIterations, new byte[32], new byte[32]);
    }

    /** Answers a plain login. */
    Frame login(String name, String password) throws SQLException {
        User found = users.find(name);
        User user = found != null ? found : stranger;
        if (password.isEmpty()) {
            return Frame.of(Kind.DENIED, "invalid-password");
        }
        byte[] salted = ScramFunctions.saltedPassword(
                MECHANISM,
                StringPreparation.POSTGRESQL_PREPARATION,
                password.toCharArray(),
                user.salt(),
                user.iterations());
        byte[] storedKey = ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted));
        boolean isRight = MessageDigest.isEqual(storedKey, user.storedKey());
        return isRight && found != null ? Frame.of(Kind.WELCOME, "") : Frame.of(Kind.DENIED, "invalid-password");
    }
}
