package dev.cenote.pool.jdbc.internal;

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

    /** Whether the driver wants to know where a request begins and ends. */
    final boolean marksRequests;

    /**
     * Set when it is known to be dead, or may be: then nobody takes leave of the server. Written by whoever notices, read by who
     * gives it back and by who ends it.
     */
    volatile boolean isBroken;

    private final Map<Trait, @Nullable Object> lent = new EnumMap<>(Trait.class);

    Session(Connection physical, Faults faults, boolean marksRequests) {
        this.physical = physical;
        this.faults = faults;
        this.marksRequests = marksRequests;
    }

    /** Asks the driver how it is lent, unless it is known, before somebody changes it. */
    void remember(Trait trait) throws SQLException {
        if (!lent.containsKey(trait)) {
            try {
                lent.put(trait, trait.read(physical));
            } catch (SQLException e) {
                if (!isUnsupported(e)) {
                    throw e;
                }
                LOG.debug("{} of {} can perhaps be changed, but not set back", trait, physical, e);
            }
        }
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
        return e instanceof SQLFeatureNotSupportedException || "0A000".equals(e.getSQLState());
    }

    /** Whether that value is the one that it is lent with. */
    boolean isLentWith(Trait trait, @Nullable Object value) {
        return lent.containsKey(trait) && Objects.equals(value, lent.get(trait));
    }

    /** Sets how it is to be lent. */
    void lend(Trait trait, Object value) throws SQLException {
        trait.write(physical, value);
        lent.put(trait, value);
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
                if (!lent.containsKey(trait)) {
                    throw new SQLFeatureNotSupportedException("the driver does not tell what " + trait + " was");
                }
                trait.write(physical, lent.get(trait));
            }
        }
        if (!isLentOn(Trait.AUTO_COMMIT) && (changed & ~(Trait.AUTO_COMMIT.bit | Trait.NETWORK_TIMEOUT.bit)) != 0) {
            physical.commit(); // or the next holder's rollback would undo what was restored by SQL
        }
    }
}
