package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.jdbc.FaultOverride;
import dev.cenote.pool.jdbc.FaultOverride.Verdict;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which exceptions of the driver mean that the connection is dead, and which that a call's time was up.
 *
 * <p>The states: class 08 (SQL standard: connection exception); PostgreSQL's 57P01 to 57P05 (its manual, appendix A: shut
 * down, crash, starting up, database dropped, idle for too long); 01002 (SQL standard: disconnect error); MariaDB's 70100
 * (killed); Sybase's JZ0C0 and JZ0C1 (jConnect: closed). 25006, a write where only reading is allowed, from a connection that
 * was not set to read only: its server has become a standby. Not 08003 while the driver says that the connection is open:
 * drivers say that of a statement that is closed, too, and of a rollback with auto-commit. 57014 (the same appendix, and DB2: query
 * canceled) is what PostgreSQL's driver throws in place of a {@link SQLTimeoutException}.
 */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");
    private static final Set<String> STATES =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "01002", "70100", "JZ0C0", "JZ0C1");
    private static final String READ_ONLY = "25006";
    private static final String NO_CONNECTION = "08003";
    private static final String CANCELED = "57014";
    private static final int MOST_LINKS = 1_000;

    private final Set<String> states;
    private final boolean areTimeoutsFatal;
    private final FaultOverride override;

    Faults(Set<String> moreStates, boolean areTimeoutsFatal, FaultOverride override) {
        states = new HashSet<>(STATES);
        states.addAll(moreStates);
        this.areTimeoutsFatal = areTimeoutsFatal;
        this.override = override;
    }

    /** Looks at an exception and at those that are chained to it. */
    boolean isFatal(SQLException e, boolean isReadOnly, BooleanSupplier isOpen) {
        Verdict verdict = judged(e);
        if (verdict == Verdict.FATAL || verdict == Verdict.HARMLESS) {
            return verdict == Verdict.FATAL;
        }
        return isAny(e, link -> isFatalItself(link, isReadOnly, isOpen));
    }

    /** Whether the time of a statement was up, or somebody canceled it, by that exception or those that are chained to it. */
    static boolean isTimeout(SQLException e) {
        return isAny(e, link -> link instanceof SQLTimeoutException || CANCELED.equals(link.getSQLState()));
    }

    private static boolean isAny(SQLException e, Predicate<SQLException> what) {
        SQLException link = e;
        for (int i = 0; link != null && i < MOST_LINKS; i++) {
            if (what.test(link)) {
                return true;
            }
            link = link.getNextException();
        }
        return e.getCause() instanceof SQLException cause && cause != e && what.test(cause);
    }

    private boolean isFatalItself(SQLException e, boolean isReadOnly, BooleanSupplier isOpen) {
        String state = e.getSQLState();
        if (state != null && states.contains(state)) {
            return true;
        }
        if (NO_CONNECTION.equals(state) && isOpen.getAsBoolean()) {
            return false;
        }
        if (e instanceof SQLNonTransientConnectionException || e instanceof SQLRecoverableException) {
            return true;
        }
        if (areTimeoutsFatal && e instanceof SQLTimeoutException) {
            return true;
        }
        return state != null && (state.startsWith("08") || (state.equals(READ_ONLY) && !isReadOnly));
    }

    private @Nullable Verdict judged(SQLException e) {
        try {
            return override.judge(e);
        } catch (RuntimeException | LinkageError thrown) {
            LOG.warn("the fault override failed (see https://cenote.dev/help#your-code-threw)", thrown);
            return Verdict.UNDECIDED;
        }
    }
}
