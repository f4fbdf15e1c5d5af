package dev.cenote.gateway;

import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.exception.ScramParseException;
import dev.cenote.gateway.Frame.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without state between the steps. The client does the iterations.
 * The server does two HMACs and a hash, and looks the user up in each step.
 *
 * <p>The session's id, which a client returns with its final message, is the client's first message; {@link Nonces} vouch
 * for it. The server's first message is made anew from the user's row, so a password that changes between the steps fails
 * the login. Somebody who is not in the table is challenged like a user, with a salt that stays the same, and fails in the
 * last step. Thread-safe.
 */
final class Scram {

    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
    private static final int SALT = 16;
    /** Of a client's first message, in characters: its answer has it twice, and has to fit into a {@link Frame}. */
    private static final int LONGEST_FIRST = 1_024;

    private final Users users;
    private final Nonces nonces;
    private final Hmac strangers;
    private final int strangersIterations;

    /**
     * Logs users in.
     *
     * @param key of all servers, as of {@link ServerNonce}
     * @param strangersIterations what somebody is told who is not in the table: what most users have
     */
    Scram(Users users, Nonces nonces, byte[] key, int strangersIterations) {
        this.users = users;
        this.nonces = nonces;
        this.strangers = new Hmac(key);
        this.strangersIterations = strangersIterations;
    }

    /** Answers a client's first message. */
    Frame first(String message) throws SQLException {
        ClientFirstMessage parsed;
        try {
            parsed = parsed(message);
        } catch (IllegalArgumentException e) {
            return Frame.of(Kind.MALFORMED, e.getMessage());
        }
        String nonce = parsed.getClientNonce() + nonces.issue(message);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(message.getBytes(StandardCharsets.UTF_8));
        return Frame.of(Kind.CHALLENGE, id, serverFirst(nonce, user(parsed.getUsername())));
    }

    /** Answers a client's final message. */
    Frame last(String id, String message) throws SQLException {
        String first;
        ClientFirstMessage parsed;
        ClientFinal last;
        try {
            first = new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8);
            parsed = parsed(first);
            last = ClientFinal.parse(message);
        } catch (IllegalArgumentException e) {
            return Frame.of(Kind.MALFORMED, String.valueOf(e.getMessage()));
        }
        String header = header(first);
        if (!Arrays.equals(last.channelBinding(), header.getBytes(StandardCharsets.UTF_8))) {
            return Frame.of(Kind.DENIED, "channel-bindings-dont-match");
        }
        String clientNonce = parsed.getClientNonce();
        if (!last.nonce().startsWith(clientNonce)
                || !nonces.isGood(last.nonce().substring(clientNonce.length()), first)) {
            return Frame.of(Kind.DENIED, "other-error");
        }
        User user = user(parsed.getUsername());
        String authMessage =
                first.substring(header.length()) + "," + serverFirst(last.nonce(), user) + "," + last.withoutProof();
        if (!ScramFunctions.verifyClientProof(MECHANISM, last.proof(), user.storedKey(), authMessage)) {
            return Frame.of(Kind.DENIED, "invalid-proof");
        }
        byte[] signature = ScramFunctions.serverSignature(MECHANISM, user.serverKey(), authMessage);
        return Frame.of(Kind.WELCOME, "v=" + Base64.getEncoder().encodeToString(signature));
    }

    private static ClientFirstMessage parsed(String message) {
        if (message.length() > LONGEST_FIRST) {
            throw new IllegalArgumentException("the client's first message has at most " + LONGEST_FIRST
                    + " characters, but this has " + message.length());
        }
        ClientFirstMessage parsed;
        try {
            parsed = ClientFirstMessage.parseFrom(message);
        } catch (ScramParseException e) {
            throw new IllegalArgumentException("the client's first message: " + e.getMessage(), e);
        }
        if (parsed.isChannelBindingRequired()) {
            throw new IllegalArgumentException("channel binding is not supported");
        }
        if (message.startsWith("m=", header(message).length())) {
            // RFC 5802, section 5.1
            throw new IllegalArgumentException("an extension that is mandatory is not supported");
        }
        return parsed;
    }

    /** With its two commas: {@code n,,} for most clients. */
    private static String header(String clientFirst) {
        return clientFirst.substring(0, clientFirst.indexOf(',', clientFirst.indexOf(',') + 1) + 1);
    }

    private static String serverFirst(String nonce, User user) {
        return "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(user.salt()) + ",i=" + user.iterations();
    }

    /** Never null: a stranger has a row of random keys, whose proof nobody can make. */
    private User user(String name) throws SQLException {
        User user = users.find(name);
        if (user != null) {
            return user;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] salt = Arrays.copyOf(strangers.of(new byte[] {'s'}, bytes), SALT);
        byte[] key = strangers.of(new byte[] {'k'}, bytes);
        return new User(salt, strangersIterations, key, key);
    }
}
