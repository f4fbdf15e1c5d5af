package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.exception.ScramInvalidServerSignatureException;
import dev.cenote.gateway.Frame.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {

    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final byte[] KEY = Arrays.copyOf(new byte[] {1, 2, 3}, 32);

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private final Map<String, User> users = new HashMap<>(Map.of("user", user("pencil")));
    private final Scram scram = server(KEY);

    private Scram server(byte[] key) {
        return new Scram(users::get, new ServerNonce(key, millis::get), key, 4096);
    }

    private static User user(String password) {
        ScramMechanism mechanism = ScramMechanism.SCRAM_SHA_256;
        byte[] salted = ScramFunctions.saltedPassword(
                mechanism, StringPreparation.SASL_PREPARATION, password.toCharArray(), SALT, 4096);
        return new User(
                SALT,
                4096,
                ScramFunctions.storedKey(mechanism, ScramFunctions.clientKey(mechanism, salted)),
                ScramFunctions.serverKey(mechanism, salted));
    }

    /** RFC 7677, section 3. */
    @Test
    void theExampleOfTheStandardComesOutToTheByte() throws SQLException {
        Nonces nonces = new Nonces() {
            @Override
            public String issue(String clientFirst) {
                return "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
            }

            @Override
            public boolean isGood(String nonce, String clientFirst) {
                return nonce.equals(issue(clientFirst));
            }
        };
        Scram server = new Scram(users::get, nonces, KEY, 4096);

        Frame challenge = server.first("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        Frame welcome = server.last(
                challenge.field(0),
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

        assertThat(challenge.field(1))
                .isEqualTo("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(welcome).isEqualTo(Frame.of(Kind.WELCOME, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    @Test
    void aClientThatKnowsThePasswordIsLoggedInAndKnowsThatTheServerIsTheServer() throws Exception {
        ScramClient client = client("user", "pencil");

        Frame welcome = scram.last(
                challenge(client).field(0), client.clientFinalMessage().toString());

        client.serverFinalMessage(welcome.field(0)); // throws if it is not signed by who knows the user
        assertThat(welcome.kind()).isEqualTo(Kind.WELCOME);
    }

    @Test
    void aServerThatDoesNotKnowTheUserIsFoundOut() throws Exception {
        ScramClient client = client("user", "pencil");
        challenge(client);
        client.clientFinalMessage();

        assertThatThrownBy(() ->
                        client.serverFinalMessage("v=" + Base64.getEncoder().encodeToString(new byte[32])))
                .isInstanceOf(ScramInvalidServerSignatureException.class);
    }

    @Test
    void anotherServerFinishesWhatOneHasBegunIfItHasTheSameKey() throws Exception {
        ScramClient client = client("user", "pencil");
        String id = challenge(client).field(0);
        String last = client.clientFinalMessage().toString();

        assertThat(server(KEY.clone()).last(id, last).kind()).isEqualTo(Kind.WELCOME);
        assertThat(server(new byte[32]).last(id, last)).isEqualTo(Frame.of(Kind.DENIED, "other-error"));
    }

    @Test
    void aWrongPasswordIsDenied() throws Exception {
        ScramClient client = client("user", "pencils");

        assertThat(scram.last(
                        challenge(client).field(0), client.clientFinalMessage().toString()))
                .isEqualTo(Frame.of(Kind.DENIED, "invalid-proof"));
    }

    @Test
    void aStrangerIsChallengedLikeAUserWithTheSameSaltEachTimeAndDenied() throws Exception {
        ScramClient client = client("nobody", "pencil");
        Frame challenge = challenge(client);
        Frame again = challenge(client("nobody", "other"));
        Frame other = challenge(client("somebody", "other"));

        assertThat(salt(challenge)).hasSize(24).isEqualTo(salt(again)).isNotEqualTo(salt(other));
        assertThat(challenge.field(1)).endsWith(",i=4096");
        assertThat(scram.last(challenge.field(0), client.clientFinalMessage().toString()))
                .isEqualTo(Frame.of(Kind.DENIED, "invalid-proof"));
    }

    @Test
    void aNonceIsGoodForAMinuteOnly() throws Exception {
        ScramClient client = client("user", "pencil");
        String id = challenge(client).field(0);
        String last = client.clientFinalMessage().toString();

        millis.addAndGet(ServerNonce.VALIDITY.toMillis());
        assertThat(scram.last(id, last).kind()).isEqualTo(Kind.WELCOME);
        millis.addAndGet(1);
        assertThat(scram.last(id, last).kind()).isEqualTo(Kind.DENIED);
    }

    @Test
    void aPasswordThatChangesBetweenTheStepsFailsTheLogin() throws Exception {
        ScramClient client = client("user", "pencil");
        String id = challenge(client).field(0);
        users.put("user", user("rubber"));

        assertThat(scram.last(id, client.clientFinalMessage().toString()).kind())
                .isEqualTo(Kind.DENIED);
    }

    @Test
    void aChallengeIsForOneUserOnly() throws Exception {
        users.put("other", user("pencil"));
        ScramClient client = client("user", "pencil");
        String first = new String(
                        Base64.getUrlDecoder().decode(challenge(client).field(0)), StandardCharsets.UTF_8)
                .replace("n=user", "n=other");
        String id = Base64.getUrlEncoder().encodeToString(first.getBytes(StandardCharsets.UTF_8));

        assertThat(scram.last(id, client.clientFinalMessage().toString()))
                .isEqualTo(Frame.of(Kind.DENIED, "other-error"));
    }

    @Test
    void aNonceThatWasTamperedWithIsDenied() throws Exception {
        ServerNonce nonces = new ServerNonce(KEY, millis::get);
        String nonce = nonces.issue("n,,n=user,r=x");

        assertThat(nonces.isGood(nonce, "n,,n=user,r=x")).isTrue();
        assertThat(nonces.isGood(nonce, "n,,n=user,r=y")).isFalse();
        assertThat(nonces.isGood("A" + nonce.substring(1), "n,,n=user,r=x")).isEqualTo(nonce.startsWith("A"));
        assertThat(nonces.isGood(nonce.substring(4), "n,,n=user,r=x")).isFalse();
        assertThat(nonces.isGood("no Base64", "n,,n=user,r=x")).isFalse();
    }

    @Test
    void anotherHeaderThanTheFirstMessagesIsDenied() throws Exception {
        ScramClient client = client("user", "pencil");
        String id = challenge(client).field(0);
        String last = client.clientFinalMessage().toString().replace("c=biws", "c=eSws");

        assertThat(scram.last(id, last)).isEqualTo(Frame.of(Kind.DENIED, "channel-bindings-dont-match"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,",
                "n,,",
                "n,,n=user",
                "n,,r=x,n=user",
                "p=tls-unique,,n=user,r=x",
                "n,,m=x,n=user,r=x"
            })
    void aFirstMessageThatIsNoneIsMalformed(String message) throws SQLException {
        assertThat(scram.first(message).kind()).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void aFirstMessageWhoseAnswerFitsIntoNoFrameIsMalformed() throws SQLException {
        String head = "n,,n=user,r=";

        assertThat(scram.first(head + "x".repeat(1_025 - head.length())).kind()).isEqualTo(Kind.MALFORMED);
        assertThat(scram.first(head + "x".repeat(1_024 - head.length())).toBytes())
                .hasSizeLessThan(Frame.LARGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c=biws", "c=biws,r=x", "c=biws,r=x,p=?", "c=?,r=x,p=AAAA", "r=x,c=biws,p=AAAA", ",p="})
    void aFinalMessageThatIsNoneIsMalformed(String message) throws Exception {
        assertThat(scram.last(challenge(client("user", "pencil")).field(0), message)
                        .kind())
                .isEqualTo(Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "AAAA"})
    void anIdThatIsNoneIsMalformed(String id) throws SQLException {
        assertThat(scram.last(id, "c=biws,r=x,p=AAAA").kind()).isEqualTo(Kind.MALFORMED);
    }

    private static ScramClient client(String name, String password) {
        return ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username(name)
                .password(password.toCharArray())
                .build();
    }

    private Frame challenge(ScramClient client) throws SQLException, ScramException {
        Frame challenge = scram.first(client.clientFirstMessage().toString());
        assertThat(challenge.kind()).isEqualTo(Kind.CHALLENGE);
        client.serverFirstMessage(challenge.field(1));
        return challenge;
    }

    private static String salt(Frame challenge) {
        String message = challenge.field(1);
        return message.substring(message.indexOf(",s=") + 3, message.indexOf(",i="));
    }
}
