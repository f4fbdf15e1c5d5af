package dev.cenote.pool.jdbc.internal;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What the holder of a lease changed of its session, and how it is undone. All of it is plain: JDBC leaves it to the holder to
 * order what its threads do before it closes.
 */
abstract class LeasedState extends Wrapping {

    /** Which traits are not as they are lent, a bit each. */
    private int changed;

    /** Whether the driver was asked for anything, and since the last commit or rollback. */
    private boolean isUsed;

    private boolean isUncommitted;

    /** The first thread that has used it; others may do so while this one commits, and then it is not known what was committed. */
    private @Nullable Thread user;

    private boolean isShared;

    /** As the holder has set it last; null while it has not. */
    private @Nullable Boolean readOnly;

    /** Whether the holder has an object of the driver's, and may use it past this. */
    private boolean hasEscaped;

    /** Whether it is one with which the holder can do anything, and leave it half done. */
    private boolean isSuspect;

    /** The driver is about to be asked for something. */
    final void noteUse() {
        isUsed = true;
        isUncommitted = true;
        Thread current = Thread.currentThread();
        if (user == null) {
            user = current;
        } else if (user != current) {
            isShared = true;
        }
    }

    final void noteCommitOrRollback() {
        isUncommitted = false;
    }

    /** The holder gets an object of the driver's. */
    final void noteEscape() {
        hasEscaped = true;
    }

    /** The holder gets one that it has asked for by the driver's own type. */
    final void noteUnwrapped() {
        hasEscaped = true;
        isSuspect = true;
    }

    /** Whether the driver may be in the middle of something, so that whoever asks it next may wait for ever. */
    final boolean isSuspect() {
        return isSuspect;
    }

    final boolean isUntouched() {
        return !isUsed && changed == 0;
    }

    /** What the driver says, once somebody may have changed it: a change that failed may have happened. */
    private boolean isAutoCommit(Session session) throws SQLException {
        boolean isKnown = (changed & Trait.AUTO_COMMIT.bit) == 0 && !hasEscaped;
        return isKnown ? session.isLentOn(Trait.AUTO_COMMIT) : session.physical.getAutoCommit();
    }

    final void noteReadOnly(boolean value) {
        readOnly = value;
    }

    /** Whether writes are to fail. */
    final boolean isReadOnly(Session session) {
        return readOnly != null ? readOnly : session.isLentOn(Trait.READ_ONLY);
    }

    /** Changes a trait on the holder's behalf. In a transaction it stays noted, since a rollback may undo what was set back. */
    final void change(Session session, Trait trait, @Nullable Object value) throws SQLException {
        change(session, trait, connection -> trait.write(connection, value));
        if (session.isLentWith(trait, value) && (trait == Trait.AUTO_COMMIT || isAutoCommit(session))) {
            changed &= ~trait.bit;
        }
    }

    /** The same, where the new value is not known. */
    final void change(Session session, Trait trait, Change change) throws SQLException {
        noteUse();
        int before = changed;
        session.remember(trait);
        changed |= trait.bit; // first: if the driver fails nobody knows what it has done
        DriverTime time = timed();
        try {
            change.make(session.physical);
        } catch (SQLException e) {
            if (Session.isUnsupported(e)) {
                changed = before;
            }
            throw e;
        } finally {
            DriverTime.end(time);
        }
    }

    /** A change of auto-commit commits. */
    final void changeAutoCommit(Session session, boolean value) throws SQLException {
        boolean was = isAutoCommit(session);
        boolean isOpen = isUncommitted;
        change(session, Trait.AUTO_COMMIT, value);
        isUncommitted = isOpen && was == value;
    }

    /** Sets back what bounds the rest. */
    final void restoreLimit(Session session) throws SQLException {
        session.restore(changed & Trait.NETWORK_TIMEOUT.bit);
        changed &= ~Trait.NETWORK_TIMEOUT.bit;
    }

    /** Rolls back what was not committed, so that nothing that comes after it can commit it. */
    final void rollBack(Session session) throws SQLException {
        if (isUncommitted || isShared || hasEscaped) {
            boolean isAutoCommit = isAutoCommit(session);
            if (!isAutoCommit) {
                session.rollBack(readOnly == null && !hasEscaped && session.isLentOn(Trait.READ_ONLY));
            }
            if (isAutoCommit != session.isLentOn(Trait.AUTO_COMMIT)) {
                changed |= Trait.AUTO_COMMIT.bit; // perhaps by the driver's own object
            }
        }
    }

    /** Sets back what was changed, by the holder or by the hook, which runs first. */
    final void restore(Session session) throws SQLException {
        changed |= isUntouched() ? 0 : session.forget();
        if (changed != 0) {
            session.restore(changed);
        }
        if (isUsed) {
            session.physical.clearWarnings();
        }
    }

    /** What changes the session. */
    @FunctionalInterface
    interface Change {
        void make(Connection physical) throws SQLException;
    }
}
