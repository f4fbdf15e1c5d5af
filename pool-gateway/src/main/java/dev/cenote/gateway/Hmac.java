package dev.cenote.gateway;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 with one key. Thread-safe. */
final class Hmac {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Hmac(byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException("a key has at least 32 bytes, but this has " + key.length);
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** Of these bytes, one part after the other: 32 bytes. */
    byte[] of(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("bug: every JDK has " + ALGORITHM, e);
        }
    }
}
