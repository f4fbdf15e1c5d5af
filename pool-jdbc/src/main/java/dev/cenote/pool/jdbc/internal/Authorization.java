package dev.cenote.pool.jdbc.internal;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which exceptions of a connect mean that the server does not accept the user: a wrong password, a user that it does not
 * know, an account that is locked. To connect again does not mend that, and many servers lock an account after a few wrong
 * passwords.
 *
 * <p>The SQL standard's class 28 (invalid authorization specification), which PostgreSQL, MySQL, MariaDB, DB2 and H2 report. Where
 * a driver has another state, the number of the error: Oracle's ORA-01017 (state 72000) and ORA-28000 (99999); SQL Server's
 * 18456 and 18486 (S0001), of which the second is a locked account. And jConnect's JZ00L (log-in failed). Not what a server
 * says of a password that was right: one that has to be changed, or a database that the user must not enter.
 */
final class Authorization {

    private static final String CLASS = "28";
    private static final Set<String> STATES = Set.of("JZ00L");
    private static final Set<Integer> SQL_SERVER = Set.of(18456, 18486);
    private static final int ORACLE_PASSWORD = 1017; // MySQL has this number, too, for a file that is not found
    private static final int ORACLE_LOCKED = 28000;
    private static final String ORACLE_PASSWORD_STATE = "72000";
    private static final int MOST_LINKS = 16;

    private Authorization() {}

    /** Looks at a failure, at what caused it, and at what is chained to it. */
    static boolean isDenied(Throwable failure) {
        return isDenied(failure, 0);
    }

    private static boolean isDenied(@Nullable Throwable e, int depth) {
        if (e == null || depth > MOST_LINKS) {
            return false;
        }
        if (e instanceof SQLException sql
                && (saysSoItself(sql)
                        || (sql.getNextException() != e && isDenied(sql.getNextException(), depth + 1)))) {
            return true;
        }
        return isDenied(e.getCause(), depth + 1);
    }

    private static boolean saysSoItself(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        int code = e.getErrorCode();
        return e instanceof SQLInvalidAuthorizationSpecException
                || state.startsWith(CLASS)
                || STATES.contains(state)
                || SQL_SERVER.contains(code)
                || code == ORACLE_LOCKED
                || (code == ORACLE_PASSWORD && state.equals(ORACLE_PASSWORD_STATE));
    }
}
