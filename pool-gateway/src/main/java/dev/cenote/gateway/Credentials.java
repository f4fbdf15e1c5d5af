package dev.cenote.gateway;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The users that are generated. User {@code i} has the {@code i mod n}th of {@code n} passwords, and its salt: to derive a
 * key of its own for each of ten million would take hours. All else is as for real users. What is made depends on nothing
 * but {@code n} and the iterations, so the loader and the load agree without telling each other.
 */
final class Credentials {

    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

    /**
     * A password, and what comes of it. A client may keep the two keys instead of the password (RFC 5802, section 3): then a
     * login costs it no iterations.
     */
    record Credential(String password, byte[] salt, byte[] clientKey, byte[] serverKey, byte[] storedKey) {}

    private final int iterations;
    private final List<Credential> all;

    /**
     * Derives them, on all processors.
     *
     * @param count how many
     * @param iterations of each
     */
    Credentials(int count, int iterations) {
        this.iterations = iterations;
        all = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> derived(i, iterations))
                .toList();
    }

    private static Credential derived(int i, int iterations) {
        String password = "secret-" + i;
        byte[] salt = Arrays.copyOf(ScramFunctions.hash(MECHANISM, ("salt-" + i).getBytes(StandardCharsets.UTF_8)), 16);
        byte[] salted = ScramFunctions.saltedPassword(
                MECHANISM, StringPreparation.POSTGRESQL_PREPARATION, password.toCharArray(), salt, iterations);
        byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
        return new Credential(
                password,
                salt,
                clientKey,
                ScramFunctions.serverKey(MECHANISM, salted),
                ScramFunctions.storedKey(MECHANISM, clientKey));
    }

    int iterations() {
        return iterations;
    }

    Credential of(long user) {
        return all.get((int) (user % all.size()));
    }

    /** Names sort as their numbers do. */
    static String name(long user) {
        return "u" + Long.toString(10_000_000_000L + user).substring(1);
    }
}
