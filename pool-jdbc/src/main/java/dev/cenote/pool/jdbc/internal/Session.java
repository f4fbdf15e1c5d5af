package dev.cenote.pool.jdbc.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is pooled: a physical connection, and how its state was before a holder changed it. Used by its owner of the moment
 * alone, which the pool passes on safely.
 */
final class Session {

    private static final List<Trait> TRAITS = List.of(Trait.values());

    final Connection physical;

    /** Tells which exceptions end it. */
    final Faults faults;

    /** Whether the driver wants to know where a request begins and ends. */
    final boolean marksRequests;

    /** Set when it is known to be dead: then nobody needs to take leave of the server. */
    boolean isBroken;

    private final Map<Trait, @Nullable Object> lent = new EnumMap<>(Trait.class);

    Session(Connection physical, Faults faults, boolean marksRequests) {
        this.physical = physical;
        this.faults = faults;
        this.marksRequests = marksRequests;
    }

    /** How it is lent: read from the driver when somebody is about to change it for the first time. */
    @Nullable
    Object lent(Trait trait) throws SQLException {
        if (!lent.containsKey(trait)) {
            lent.put(trait, trait.read(physical));
        }
        return lent.get(trait);
    }

    /** Sets how it is to be lent. */
    void lend(Trait trait, Object value) throws SQLException {
        trait.write(physical, value);
        lent.put(trait, value);
    }

    /** A trait that is known since the session was made. */
    boolean isLent(Trait trait) {
        return Boolean.TRUE.equals(lent.get(trait));
    }

    /** Undoes what a holder changed. */
    void restore(int changed) throws SQLException {
        for (Trait trait : TRAITS) {
            if ((changed & trait.bit) != 0) {
                trait.write(physical, lent.get(trait));
            }
        }
        if (!isLent(Trait.AUTO_COMMIT) && (changed & ~Trait.AUTO_COMMIT.bit) != 0) {
            physical.commit(); // or the next holder's rollback would undo what was restored by SQL
        }
    }
}
