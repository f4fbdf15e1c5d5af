package dev.cenote.pool.internal.keyed;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts are watched: they have nothing idle, and ask before something becomes idle.
 *
 * <p><b>Invariant</b> (when the budget's lock is free, which guards all of it): each account that holds a place stands in {@code
 * unwatched}, or is watched, or is being looked at.
 *
 * <p>{@code Account.watched} is volatile, since a pool reads it without the lock.
 */
final class Watch {

    private final TreeSet<Account> unwatched = new TreeSet<>(Account.LONGEST_IDLE);

    /** It holds its first place. */
    void begin(Account it, boolean isShort) {
        it.watched = isShort;
        if (!isShort) {
            unwatched.add(it);
        }
    }

    /** It holds no place any more. */
    void end(Account it) {
        unwatched.remove(it);
        it.watched = false;
    }

    /** Something may lie idle in it from now on. */
    void relax(Account it) {
        it.watched = false;
        unwatched.add(it);
    }

    /** The one with the longest idle object, as far as is known, of those that were not asked. It is now being looked at. */
    @Nullable
    Account look(Set<Account> asked) {
        for (Account it : unwatched) {
            if (!asked.contains(it)) {
                unwatched.remove(it);
                return it;
            }
        }
        return null;
    }

    /**
     * Tells whether nobody has an object that has been idle for longer than that; then the account is watched from now on. The
     * times that are known of the others may be too early, and never too late. So if the time of this account is still the
     * earliest after it was asked, no other account has an object that has been idle for longer.
     */
    boolean isNext(Account it, long idleSinceNanos, boolean isKnown) {
        unwatched.remove(it); // it may have given back its last place meanwhile, and taken one again
        it.idleSinceNanos = idleSinceNanos;
        if (it.watched || it.held == 0) {
            return false;
        }
        it.watched = isKnown || unwatched.isEmpty() || Account.LONGEST_IDLE.compare(it, unwatched.first()) < 0;
        if (!it.watched) {
            unwatched.add(it);
        }
        return it.watched;
    }
}
