package dev.cenote.pool.jdbc.internal;

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

    private static final String SECRET = "(?:password|passwd|pwd|secret|token|key)";
    private static final Pattern SECRET_NAME = Pattern.compile("(?i)" + SECRET);

    /** As drivers have them in URLs. */
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)([?&;:(,][^=?&;:(,]*" + SECRET + "[^=?&;]*=)([^&;)]*)");

    /** {@code //user:password@host} and Oracle's {@code thin:user/password@}. */
    private static final Pattern SECRET_USER = Pattern.compile("((?://|thin:)[^/:@?;]*[:/])([^@/?;]+)@");

    private Redaction() {}

    /** A URL without its secrets. */
    static String ofUrl(String url) {
        return SECRET_USER
                .matcher(SECRET_PARAMETER.matcher(url).replaceAll("$1" + Matcher.quoteReplacement(HIDDEN)))
                .replaceAll("$1" + Matcher.quoteReplacement(HIDDEN) + "@");
    }

    /** The secrets of a URL. */
    static List<String> secretsOf(@Nullable String url) {
        List<String> secrets = new ArrayList<>();
        if (url != null) {
            for (Pattern pattern : List.of(SECRET_PARAMETER, SECRET_USER)) {
                Matcher matcher = pattern.matcher(url);
                while (matcher.find()) {
                    secrets.add(matcher.group(2));
                }
            }
        }
        return secrets;
    }

    /** The secrets among properties. */
    static List<String> secretsOf(Properties properties) {
        return properties.stringPropertyNames().stream()
                .filter(name -> SECRET_NAME.matcher(name).find())
                .map(properties::getProperty)
                .toList();
    }

    /** The exception, or a copy of it if it tells a secret. */
    static SQLException of(SQLException e, List<String> secrets) {
        return tells(e, secrets, 0) ? copy(e, secrets, 0) : e;
    }

    private static boolean tells(@Nullable Throwable e, List<String> secrets, int depth) {
        if (e == null || depth > 16) {
            return false;
        }
        String message = String.valueOf(e.getMessage());
        return secrets.stream().anyMatch(secret -> !secret.isEmpty() && message.contains(secret))
                || tells(e.getCause(), secrets, depth + 1)
                || (e instanceof SQLException sql && tells(sql.getNextException(), secrets, depth + 1));
    }

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
        if (e.getCause() != null && depth < 16) {
            copy.initCause(copy(e.getCause(), secrets, depth + 1));
        }
        if (sql != null && sql.getNextException() != null && depth < 16) {
            copy.setNextException(copy(sql.getNextException(), secrets, depth + 1));
        }
        return copy;
    }
}
