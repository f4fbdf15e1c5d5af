package dev.cenote.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.LongSupplier;

/**
 * The server's half of the nonce, which says itself that it is the server's: the time, random bytes, and an HMAC of both and
 * of the client's first message. So the server keeps no state between the two steps of a login: the second may come over
 * another connection, and to another server that has the same key.
 *
 * <p>A nonce is good for {@link #VALIDITY}. It can be used more than once: an attacker that reads a client's final message can
 * repeat it until then. TLS keeps others from reading it; to refuse the second use would take memory. Thread-safe.
 */
final class ServerNonce implements Nonces {

    /** How long a client has for the second step. */
    static final Duration VALIDITY = Duration.ofSeconds(60);

    private static final int TIME = Long.BYTES;
    private static final int RANDOM = 18;
    private static final int MAC = 16;

    private final Hmac hmac;
    private final LongSupplier millis;
    private final SecureRandom random = new SecureRandom();

    /**
     * Issues nonces.
     *
     * @param key of all servers that may finish what one has begun; at least 32 bytes
     * @param millis tells the time in milliseconds, the same on all servers
     */
    ServerNonce(byte[] key, LongSupplier millis) {
        this.hmac = new Hmac(key);
        this.millis = millis;
    }

    @Override
    public String issue(String clientFirst) {
        byte[] head = new byte[TIME + RANDOM];
        random.nextBytes(head);
        ByteBuffer.wrap(head).putLong(millis.getAsLong());
        byte[] all = Arrays.copyOf(head, head.length + MAC);
        System.arraycopy(mac(head, clientFirst), 0, all, head.length, MAC);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    @Override
    public boolean isGood(String nonce, String clientFirst) {
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(nonce);
        } catch (IllegalArgumentException e) {
            return false; // no Base64: not ours
        }
        if (all.length != TIME + RANDOM + MAC) {
            return false;
        }
        byte[] head = Arrays.copyOf(all, TIME + RANDOM);
        byte[] mac = Arrays.copyOfRange(all, head.length, all.length);
        long ageMillis = millis.getAsLong() - ByteBuffer.wrap(head).getLong();
        return MessageDigest.isEqual(mac, Arrays.copyOf(mac(head, clientFirst), MAC))
                && Math.abs(ageMillis) <= VALIDITY.toMillis();
    }

    private byte[] mac(byte[] head, String clientFirst) {
        return hmac.of(head, clientFirst.getBytes(StandardCharsets.UTF_8));
    }
}
