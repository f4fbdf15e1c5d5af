package dev.cenote.pool.jdbc.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes secrets out of what others may read. */
final class Redaction {

    private static final String HIDDEN = "***";
    private static final int MOST_LINKS = 16;

    private static final Pattern SECRET_NAME = Pattern.compile("(?i)(?:password|passwd|pwd|secret|token|key)$");

    /** {@code //user:password@host}, and Oracle's {@code thin:user/password@}. */
    private static final List<Pattern> SECRET_OF_USER =
            List.of(Pattern.compile("//[^/:@]*:([^/]*)@"), Pattern.compile("thin:[^/:@]*/([^@]*)@"));

    private Redaction() {}

    /** A URL without its user and its parameters. */
    static String ofUrl(String url) {
        return url.replaceFirst("//[^/]*@", "//")
                .replaceFirst("thin:[^/:@]*/[^@]*@", "thin:@")
                .replaceFirst("[?;].*", "");
    }

    /** The secrets of a URL, as they stand there and decoded. */
    static List<String> secretsOf(@Nullable String url) {
        List<String> secrets = new ArrayList<>();
        if (url != null) {
            for (Pattern pattern : SECRET_OF_USER) {
                Matcher matcher = pattern.matcher(url);
                if (matcher.find()) {
                    addWithDecoded(secrets, matcher.group(1));
                }
            }
            int query = url.indexOf('?');
            String[] parameters = query >= 0
                    ? url.substring(query + 1).split("&", -1)
                    : url.split(";(?![^{]*\\})", -1); // a value in braces may have one
            for (String parameter : parameters) {
                int equals = parameter.indexOf('=');
                if (equals > 0
                        && SECRET_NAME.matcher(parameter.substring(0, equals)).find()) {
                    addWithDecoded(secrets, parameter.substring(equals + 1));
                }
            }
        }
        return secrets;
    }

    private static void addWithDecoded(List<String> secrets, String secret) {
        secrets.add(secret);
        if (secret.startsWith("{") && secret.endsWith("}")) {
            secrets.add(secret.substring(1, secret.length() - 1));
        }
        try {
            secrets.add(URLDecoder.decode(secret, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // it is not encoded
        }
    }

    /** The secrets among properties. */
    static List<String> secretsOf(Properties properties) {
        return properties.stringPropertyNames().stream()
                .filter(name -> SECRET_NAME.matcher(name).find())
                .map(properties::getProperty)
                .toList();
    }

    /** The exception, or a copy of it if it tells a secret. */
    static Exception of(Exception e, List<String> secrets) {
        return tells(e, secrets, 0) ? copy(e, secrets, 0) : e;
    }

    private static boolean tells(@Nullable Throwable e, List<String> secrets, int depth) {
        if (e == null || depth > MOST_LINKS) {
            return false;
        }
        String message = String.valueOf(e.getMessage());
        for (Throwable suppressed : e.getSuppressed()) {
            if (tells(suppressed, secrets, depth + 1)) {
                return true;
            }
        }
        return secrets.stream().anyMatch(secret -> !secret.isEmpty() && message.contains(secret))
                || tells(e.getCause(), secrets, depth + 1)
                || (e instanceof SQLException sql && tells(sql.getNextException(), secrets, depth + 1));
    }

    /** With what was suppressed left out. */
    private static SQLException copy(Throwable e, List<String> secrets, int depth) {
        String message = String.valueOf(e.getMessage());
        for (String secret : secrets) {
            message = secret.isEmpty() ? message : message.replace(secret, HIDDEN);
        }
        SQLException sql = e instanceof SQLException given ? given : null;
        SQLException copy = sql == null
                ? new SQLException(e.getClass().getName() + ": " + message)
                : new SQLException(message, sql.getSQLState(), sql.getErrorCode());
        copy.setStackTrace(e.getStackTrace());
        if (e.getCause() != null && depth < MOST_LINKS) {
            copy.initCause(copy(e.getCause(), secrets, depth + 1));
        }
        if (sql != null && sql.getNextException() != null && depth < MOST_LINKS) {
            copy.setNextException(copy(sql.getNextException(), secrets, depth + 1));
        }
        return copy;
    }
}
