package dev.cenote.pool.jdbc.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of what others may read. Where a password is known to be a name, too, of a user, a host or a database, it is
 * taken out only where it stands as a password: after a name for one, and in a URL.
 */
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

    /** JDBC's own, which are made from a message, a state and a code. */
    private static final Map<Class<?>, Kind> KINDS = Map.ofEntries(
            Map.entry(SQLException.class, SQLException::new),
            Map.entry(SQLRecoverableException.class, SQLRecoverableException::new),
            Map.entry(SQLTransientException.class, SQLTransientException::new),
            Map.entry(SQLTimeoutException.class, SQLTimeoutException::new),
            Map.entry(SQLTransactionRollbackException.class, SQLTransactionRollbackException::new),
            Map.entry(SQLTransientConnectionException.class, SQLTransientConnectionException::new),
            Map.entry(SQLNonTransientException.class, SQLNonTransientException::new),
            Map.entry(SQLDataException.class, SQLDataException::new),
            Map.entry(SQLFeatureNotSupportedException.class, SQLFeatureNotSupportedException::new),
            Map.entry(SQLIntegrityConstraintViolationException.class, SQLIntegrityConstraintViolationException::new),
            Map.entry(SQLInvalidAuthorizationSpecException.class, SQLInvalidAuthorizationSpecException::new),
            Map.entry(SQLNonTransientConnectionException.class, SQLNonTransientConnectionException::new),
            Map.entry(SQLSyntaxErrorException.class, SQLSyntaxErrorException::new));

    private interface Kind {
        SQLException make(String message, @Nullable String state, int code);
    }

    /** What a name looks like, in quotes or not. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_$#.-]*");

    /** What a setting is called that says one. */
    private static final Pattern NAME_NAME =
            Pattern.compile("(?i)user|role|database|^db|server|host|service|schema|catalog");

    private static final Pattern NO_NAME = Pattern.compile("[^\\p{L}\\p{N}_$#.-]+");

    /** {@code password=}, {@code "token": }, {@code password is '}. */
    private static final String AFTER_NAME = "(?:(?i:" + SECRET + ")['\"\\s]{0,2}[=:]['\"\\s{(\\[]{0,3}"
            + "|(?i:pass(?:word|wd|phrase|code)?|pwd|secret)\\W{1,3}(?:(?:is|was)\\W{1,2})?)";

    /** A secret in its place, which is after the first group; in a URL it is before an {@code @}. */
    private static final String IN_PLACE = "(" + AFTER_NAME + "(?=%1$s(?![\\p{L}\\p{N}_]))|[:/](?=%1$s@))%1$s";

    /**
     * How a secret is taken out.
     *
     * @param found where it is
     * @param shown what is there then
     */
    private record Rule(Pattern found, String shown) {}

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

    /** The words of a URL that may be the name of a user, a host or a database: none of its secrets or other parameters. */
    static Set<String> namesOf(@Nullable String url) {
        if (url == null) {
            return Set.of();
        }
        String open = SECRET_PARAMETER.matcher(url).replaceAll("$1");
        for (Pattern pattern : SECRET_OF_USER) {
            Matcher matcher = pattern.matcher(open);
            if (matcher.find()) {
                open = open.substring(0, matcher.start(1)) + open.substring(matcher.end(1));
            }
        }
        Set<String> names = new HashSet<>();
        String[] parts = open.split("[?&;]", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i == 0 || NAME_NAME.matcher(parts[i].replaceFirst("=.*", "")).find()) {
                names.addAll(List.of(NO_NAME.split(parts[i])));
            }
        }
        return names;
    }

    /** The names among properties, and in those that are URLs. */
    static Set<String> namesOf(Properties properties) {
        Set<String> names = new HashSet<>();
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name);
            if (value.startsWith("jdbc:")) {
                names.addAll(namesOf(value));
            } else if (NAME_NAME.matcher(name).find()
                    && !SECRET_NAME.matcher(name).find()) {
                names.add(value);
            }
        }
        return names;
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

    /**
     * The exception, or a copy of it if it tells a secret.
     *
     * @param names of users, hosts and databases, which a secret may be, too
     */
    static Exception of(Exception e, List<String> secrets, Set<String> names) {
        List<Rule> rules = secrets.stream()
                .filter(secret -> !secret.isEmpty())
                .sorted(Comparator.comparing(String::length).reversed()) // one may be the beginning of another
                .map(secret -> rule(secret, names.contains(secret)))
                .toList();
        return tells(e, rules, 0) ? copy(e, rules, 0) : e;
    }

    private static Rule rule(String secret, boolean isName) {
        String quoted = Pattern.quote(secret);
        return isName && NAME.matcher(secret).matches()
                ? new Rule(Pattern.compile(IN_PLACE.formatted(quoted)), "$1" + HIDDEN)
                : new Rule(Pattern.compile(quoted), HIDDEN);
    }

    private static boolean tells(@Nullable Throwable e, List<Rule> rules, int depth) {
        if (e == null || depth > MOST_LINKS) {
            return false;
        }
        String message = String.valueOf(e.getMessage());
        for (Throwable suppressed : e.getSuppressed()) {
            if (tells(suppressed, rules, depth + 1)) {
                return true;
            }
        }
        return !hidden(message, rules).equals(message)
                || tells(e.getCause(), rules, depth + 1)
                || (e instanceof SQLException sql && tells(sql.getNextException(), rules, depth + 1));
    }

    private static String hidden(String message, List<Rule> rules) {
        String hidden = message;
        for (Rule rule : rules) {
            hidden = rule.found().matcher(hidden).replaceAll(rule.shown());
        }
        return hidden;
    }

    /** With what was suppressed left out. */
    private static SQLException copy(Throwable e, List<Rule> rules, int depth) {
        String message = hidden(String.valueOf(e.getMessage()), rules);
        SQLException sql = e instanceof SQLException given ? given : null;
        SQLException copy =
                sql == null ? new SQLException(e.getClass().getName() + ": " + message) : ofItsKind(sql, message);
        copy.setStackTrace(e.getStackTrace());
        if (e.getCause() != null && depth < MOST_LINKS) {
            copy.initCause(copyIfNeeded(e.getCause(), rules, depth + 1));
        }
        if (sql != null && sql.getNextException() != null && depth < MOST_LINKS) {
            copy.setNextException((SQLException) copyIfNeeded(sql.getNextException(), rules, depth + 1));
        }
        return copy;
    }

    private static Throwable copyIfNeeded(Throwable e, List<Rule> rules, int depth) {
        return tells(e, rules, depth) ? copy(e, rules, depth) : e;
    }

    /** A driver's own class can't be made, but what JDBC has it derived from, by which others tell what has happened. */
    private static SQLException ofItsKind(SQLException e, String message) {
        Class<?> type = e.getClass();
        while (!KINDS.containsKey(type)) {
            type = type.getSuperclass();
        }
        return KINDS.get(type).make(message, e.getSQLState(), e.getErrorCode());
    }
}
