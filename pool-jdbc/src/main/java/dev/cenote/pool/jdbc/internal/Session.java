package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.jdbc.ReturnHook;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is pooled: a physical connection, and how its state was before a holder changed it. Used by its owner of the moment
 * alone, which the pool passes on safely.
 */
final class Session {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");
    private static final List<Trait> TRAITS = List.of(Trait.values());

    final Connection physical;

    private final Faults faults;
    private final DriverHabits habits;

    /** Whether the driver wants to know where a request begins and ends. */
    final boolean marksRequests;

    /** Has it forget what its last holder left. */
    final @Nullable ReturnHook hook;

    /**
     * Set when it is known to be dead, or may be: then nobody takes leave of the server. Written by the thread that notices, read by those that
     * give it back and end it.
     */
    volatile boolean isBroken;

    /** Until somebody has it. */
    boolean isNew = true;

    /** Which traits it is lent with by a setting, a bit each. */
    private int chosen;

    /** How it is lent: what is written to set it back. */
    private final Map<Trait, @Nullable Object> lent = new EnumMap<>(Trait.class);

    /** What the driver said of that before somebody changed it. */
    private final Map<Trait, @Nullable Object> said = new EnumMap<>(Trait.class);

    private @Nullable Boolean hasSearchPath;
    private @Nullable Trait failing; // the one that is being set back
    private boolean isHookFailing; // it runs, or threw
    private @Nullable Cleaning cleaning;
    private boolean isSuspect;

    Session(Connection physical, Faults faults, DriverHabits habits, @Nullable ReturnHook hook, boolean marksRequests) {
        this.physical = physical;
        this.faults = faults;
        this.habits = habits;
        this.hook = hook;
        this.marksRequests = marksRequests;
    }

    /** Asks the driver how it is lent, unless it is known, before somebody changes it. */
    void remember(Trait trait) throws SQLException {
        if (said.containsKey(trait) || (lent.containsKey(trait) && habits.isProven(trait))) {
            return;
        }
        try {
            Object value = read(trait);
            said.put(trait, value);
            lent.putIfAbsent(trait, value);
        } catch (SQLException e) {
            if (!isUnsupported(e)) {
                throw e;
            }
            LOG.debug("{} of {} can perhaps be changed, but not set back", trait, physical, e);
        }
    }

    private @Nullable Object read(Trait trait) throws SQLException {
        return trait == Trait.SCHEMA && hasSearchPath() ? SearchPath.read(physical) : trait.read(physical);
    }

    private void write(Trait trait, @Nullable Object value) throws SQLException {
        if (value instanceof SearchPath path) {
            path.write(physical);
        } else {
            trait.write(physical, value);
        }
    }

    private boolean hasSearchPath() throws SQLException {
        if (hasSearchPath == null) {
            hasSearchPath = SearchPath.isKnownTo(physical);
        }
        return hasSearchPath;
    }

    /** Whether an exception of the driver means that it is dead. */
    boolean isEndedBy(SQLException e, boolean isReadOnly) {
        return faults.isFatal(e, isReadOnly, this::isOpen);
    }

    private boolean isOpen() {
        try {
            return !physical.isClosed();
        } catch (SQLException unknown) {
            return false;
        }
    }

    static boolean isUnsupported(SQLException e) {
        return e instanceof SQLFeatureNotSupportedException
                || e.getCause() instanceof SQLFeatureNotSupportedException // of a SQLClientInfoException
                || "0A000".equals(e.getSQLState());
    }

    /**
     * Whether it says that the driver does not do that here, and has not tried: the standard's class 25 (transaction state) without
     * what others have put there, such as PostgreSQL's time-outs.
     */
    static boolean isRefusal(SQLException e) {
        return isUnsupported(e) || (e.getSQLState() != null && e.getSQLState().startsWith("250"));
    }

    /** Whether that value is the one that it is lent with. */
    boolean isLentWith(Trait trait, @Nullable Object value) {
        return lent.containsKey(trait) && Objects.equals(value, lent.get(trait));
    }

    /** Sets how it is to be lent. */
    void lend(Trait trait, Object value) throws SQLException {
        trait.write(physical, value);
        lent.put(trait, value);
        chosen |= trait.bit;
    }

    /**
     * Asks the driver how it is lent by settings, before anything else changes that: an SQL of a holder may, which nobody sees.
     *
     * @param isRefined an SQL has run since, which may have said it better: that holds
     */
    void rememberChosen(boolean isRefined) throws SQLException {
        for (Trait trait : TRAITS) {
            if ((chosen & trait.bit) == 0) {
                continue;
            }
            if (!isRefined) {
                remember(trait);
                continue;
            }
            Object written = lent.remove(trait);
            remember(trait);
            if (lent.get(trait) == null) {
                lent.put(trait, written); // the driver does not tell
            }
        }
    }

    /** Whether it is lent with a trait that is known since the session was made, and is on or off. */
    boolean isLentOn(Trait trait) {
        return Boolean.TRUE.equals(lent.get(trait));
    }

    /**
     * Undoes what a holder changed.
     *
     * @throws SQLException if that is not possible: then nobody else may have the session
     */
    void restore(int changed) throws SQLException {
        for (Trait trait : TRAITS) {
            if ((changed & trait.bit) != 0) {
                failing = trait;
                restore(trait);
            }
        }
        failing = null;
        if (!isLentOn(Trait.AUTO_COMMIT) && (changed & ~(Trait.AUTO_COMMIT.bit | Trait.NETWORK_TIMEOUT.bit)) != 0) {
            physical.commit(); // or the next holder's rollback would undo what was restored by SQL
        }
    }

    /** Some drivers ignore what they can't set, above all null; so they are not believed before they were seen to do it. */
    private void restore(Trait trait) throws SQLException {
        if (!lent.containsKey(trait)) {
            throw new SQLFeatureNotSupportedException("the driver does not tell what " + trait + " was");
        }
        Object value = lent.get(trait);
        write(trait, value);
        if (said.containsKey(trait) && (trait.isDoubtful(value) || !habits.isProven(trait))) {
            Object before = said.get(trait);
            Object now = read(trait);
            if (!trait.isSame(before, now)) {
                throw new SQLException("the driver ignores it: " + trait + " was " + before + " and is " + now);
            }
            habits.noteProven(trait);
        }
    }

    /** Runs the hook, if there is one, outside of a transaction. Returns which traits it may have undone, a bit each. */
    int forget() throws SQLException {
        if (hook == null) {
            return 0;
        }
        if (!physical.getAutoCommit()) {
            physical.setAutoCommit(true);
        }
        isHookFailing = true;
        hook.forget(physical);
        isHookFailing = false;
        return chosen | (isLentOn(Trait.AUTO_COMMIT) ? 0 : Trait.AUTO_COMMIT.bit);
    }

    /**
     * Tells the driver that a request is over, if it wants to know, when all is set back. Some have their session as new after
     * that, which is not as it is lent.
     */
    void endRequest() throws SQLException {
        if (!marksRequests) {
            return;
        }
        int kept = chosen | (isLentOn(Trait.AUTO_COMMIT) ? 0 : Trait.AUTO_COMMIT.bit);
        if (kept == 0 || habits.areRequestsKnown()) {
            physical.endRequest();
        } else {
            Map<Trait, @Nullable Object> before = read(kept);
            physical.endRequest();
            habits.noteRequests(!before.equals(read(kept)));
            if (kept != Trait.AUTO_COMMIT.bit && !physical.getAutoCommit()) {
                rollBack(true); // the questions may have begun a transaction
            }
        }
        if (kept != 0 && habits.doRequestsReset()) {
            restore(kept);
        }
    }

    private Map<Trait, @Nullable Object> read(int traits) throws SQLException {
        Map<Trait, @Nullable Object> values = new EnumMap<>(Trait.class);
        for (Trait trait : TRAITS) {
            if ((traits & trait.bit) != 0) {
                values.put(trait, trait.read(physical));
            }
        }
        return values;
    }

    /** Something other than its death has kept it from being left as it is lent. */
    void tellUncleaned(Exception failure) {
        if (failing != null) {
            habits.tellUnrestored(failing, failure);
        } else if (isHookFailing) {
            habits.tellHookFailed(failure);
        }
    }

    /**
     * Rolls back. A driver that refuses that, as such, may commit instead where nothing should have been written. One that fails may
     * not: to many drivers read only is a hint, and something may have been written all the same.
     *
     * @param hasOnlyRead nothing should have been written
     */
    void rollBack(boolean hasOnlyRead) throws SQLException {
        try {
            physical.rollback();
        } catch (SQLException e) {
            if (!hasOnlyRead || !isRefusal(e) || isEndedBy(e, true)) {
                throw e;
            }
            LOG.debug("{} refuses a rollback, and has only read", physical, e);
            try {
                physical.commit();
            } catch (SQLException refused) {
                if (!isUnsupported(e)) {
                    e.addSuppressed(refused);
                    throw e;
                }
            }
        }
    }

    // --- cleaning that is left for later

    /**
     * Leaves the cleaning to the validation that comes next, before anybody gets the session. Until then it is broken.
     *
     * @param isToBeAsked whether its driver is to be asked after that, too
     */
    void cleanLater(Cleaning what, boolean isToBeAsked) {
        isBroken = true;
        cleaning = what;
        isSuspect = isToBeAsked;
    }

    /**
     * Does what was left.
     *
     * @return whether the driver still has to be asked if the session is valid
     */
    boolean cleanNow() throws SQLException {
        Cleaning left = cleaning;
        if (left == null) {
            return true;
        }
        cleaning = null;
        left.run();
        return isSuspect;
    }
}
