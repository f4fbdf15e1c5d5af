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

    private static final String SECRET = "(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|key)[0-9]*";
    private static final Pattern SECRET_NAME = Pattern.compile("(?i)" + SECRET + "$");

    /** Wherever a driver has it: after {@code ?}, {@code ;} or {@code :}, or in brackets. */
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)(" + SECRET + "\\s*=)(\\{(?:[^}]|\\}\\})*\\}|[^&;]*)");

    /** {@code //user:password@host}, and Oracle's {@code user/password@}. */
    private static final List<Pattern> SECRET_OF_USER =
            List.of(Pattern.compile("//[^/?;:@]*:([^/?;]*)@"), Pattern.compile("oracle:\\w+:[^/:@]*/(.*)@"));

    private Redaction() {}

    /** A URL without its user and its parameters. */
    static String ofUrl(String url) {
        return SECRET_PARAMETER
                .matcher(url)
                .replaceAll("$1" + HIDDEN)
                .replaceFirst("//[^/?;]*@", "//")
                .replaceFirst("(oracle:\\w+:)[^/:@]*/.*@", "$1@")
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
            Matcher parameter = SECRET_PARAMETER.matcher(url);
            while (parameter.find()) {
                addWithDecoded(secrets, parameter.group(2));
                addWithDecoded(secrets, parameter.group(2).replaceFirst("[,)].*", ""));
            }
        }
        return secrets;
    }

    private static void addWithDecoded(List<String> secrets, String secret) {
        secrets.add(secret);
        if (secret.matches("\\{.*\\}|\".*\"")) {
            secrets.add(secret.substring(1, secret.length() - 1));
        }
        try {
            secrets.add(URLDecoder.decode(secret, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // it is not encoded
        }
    }

    /** The secrets among properties, and in those that are URLs. */
    static List<String> secretsOf(Properties properties) {
        List<String> secrets = new ArrayList<>();
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name);
            if (SECRET_NAME.matcher(name).find()) {
                secrets.add(value);
            } else if (value.startsWith("jdbc:")) {
                secrets.addAll(secretsOf(value));
            }
        }
        return secrets;
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
