package dev.cenote.gateway;

import dev.cenote.gateway.Frame.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What HTTP's headers say of a login: SCRAM as RFC 7804 has it, and Basic (RFC 7617). */
final class Authorization {

    static final String SCRAM = "SCRAM-SHA-256";
    static final String BASIC = "Basic";
    /** What the gateway asks a client for that sent no authorization. */
    static final String CHALLENGE = SCRAM + " realm=\"cenote\"";

    private Authorization() {}

    /** The request that stands in the header. One that cannot be read is an {@link IllegalArgumentException}. */
    static Frame request(String header) {
        int space = header.indexOf(' ');
        String scheme = space < 0 ? header : header.substring(0, space);
        String rest = header.substring(scheme.length()).strip();
        if (scheme.equalsIgnoreCase(BASIC)) {
            return basic(decoded(rest));
        }
        if (!scheme.equalsIgnoreCase(SCRAM)) {
            throw new IllegalArgumentException(
                    "Authorization is by " + SCRAM + " or " + BASIC + ", but came by another scheme");
        }
        Map<String, String> parameters = parameters(rest);
        String data = parameters.get("data");
        if (data == null) {
            throw new IllegalArgumentException("Authorization has no data");
        }
        String id = parameters.get("sid");
        return id == null ? Frame.of(Kind.FIRST, decoded(data)) : Frame.of(Kind.FINAL, id, decoded(data));
    }

    private static Frame basic(String pair) {
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("Authorization has no colon between name and password");
        }
        return Frame.of(Kind.PLAIN, pair.substring(0, colon), pair.substring(colon + 1));
    }

    /** Names in lower case; values without quotes. */
    static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new HashMap<>(4);
        for (String parameter : text.split(",")) {
            int equals = parameter.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("Authorization has a parameter without a value");
            }
            String value = parameter.substring(equals + 1).strip();
            boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            parameters.put(
                    parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    isQuoted ? value.substring(1, value.length() - 1) : value);
        }
        return parameters;
    }

    /** A message of SCRAM, in the parameters of a header. */
    static String parameters(String id, String message) {
        return (id == null ? "" : "sid=" + id + ", ") + "data=" + encoded(message);
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
