package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Budget;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The budget of the pools of one process.
 *
 * <p><b>States</b> of a place: free → held (by {@code take}) → free; or free → granted (set aside for the account that is
 * hungry first) → held, or back to free if that account is fed.
 *
 * <p><b>Invariants</b> (when the lock is free):
 *
 * <ol>
 *   <li>P16: {@code held + granted} is no more than {@code max}, but for places that were held when the budget became smaller.
 *   <li>A place is free, or an account is hungry; never both. So a place that comes free belongs to the account that is hungry
 *       first, and no other can take it.
 *   <li>An account that was granted a place is told, or is among those that {@link #settle} tells ({@code toTell}).
 *   <li>P18: if more urgent places are wanted than will soon come back ({@link #shortage}), {@link #settle} looks at the accounts
 *       that are not {@link Watch watched}.
 *   <li>P19: if an account has a waiter for an object, it gives the object up only when its {@link Turns turn} is over. There are
 *       two exceptions: reserved places, and a budget that was made smaller.
 *   <li>P17: so an account waits for those that are hungry before it and have less than their share. Each of these costs it
 *       {@link Turns#QUANTUM} leases at most (each divided by its pool's weight), and as many again where weights differ ({@link
 *       Account#owes}).
 * </ol>
 *
 * <p><b>Ordering:</b> no member is called with the lock held, and no other lock is taken.
 */
public final class SharedBudget implements Budget {

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final TreeSet<Account> hungry = new TreeSet<>(Account.NEEDIEST);
    private final Watch watch = new Watch();
    private final ArrayDeque<Account> toTell = new ArrayDeque<>();
    private int max;
    private int reserved;
    private int held;
    private int granted;
    private int urgent;
    private int leaving;
    private final Turns turns = new Turns();
    private long clock; // of events

    public SharedBudget(int max) {
        this.max = max;
    }

    <R> R locked(Supplier<R> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    void run(Runnable step) {
        lock.lock();
        try {
            step.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int max() {
        return locked(() -> max);
    }

    /** Changes the limit. Objects that are too many go: idle ones now, leased ones as they come back. */
    public void resize(int next) {
        run(() -> {
            if (next < reserved) {
                throw new IllegalArgumentException(
                        "the budget must be at least what is reserved (" + reserved + "), but was " + next);
            }
            max = next;
            distribute();
        });
        settle();
    }

    /** How many places are held by all pools together. */
    public int held() {
        return locked(() -> held);
    }

    @Override
    public Share join(Member member) {
        Account account = new Account(this, member);
        return locked(() -> {
            if (account.reservation > max - reserved) {
                throw new IllegalArgumentException("reserved must be 0 to what the budget has left (" + (max - reserved)
                        + " of " + max + "), but was " + account.reservation);
            }
            reserved += account.reservation;
            account.number = clock++;
            return account;
        });
    }

    // --- what follows from a change, with the lock held

    private int free() {
        return max - held - granted;
    }

    /** How many objects are too many since the budget has become smaller. */
    private int excess() {
        return Math.max(0, -free());
    }

    /** How many objects should go for others, and are not on their way. */
    private int shortage() {
        return urgent + excess() - leaving;
    }

    private void distribute() {
        while (free() > 0 && !hungry.isEmpty()) {
            Account next = hungry.first();
            wants(next, next.urgent - 1, next.wanted - 1, clock++);
            next.granted++;
            granted++;
            requeue(next);
            if (!next.isToBeTold) {
                next.isToBeTold = true;
                toTell.add(next);
            }
        }
    }

    // --- what is done without the lock

    void settle() {
        Set<Account> known =
                new HashSet<>(); // accounts that were asked, in this call, since when an object of theirs is idle
        Set<Account> asked = new HashSet<>(); // those that were asked for what they have idle
        while (true) {
            Account told;
            Account looked = null;
            lock.lock();
            try {
                told = toTell.poll();
                if (told != null) {
                    told.isToBeTold = false;
                } else if (shortage() > 0) {
                    looked = watch.look(asked);
                }
            } finally {
                lock.unlock();
            }
            if (told != null) {
                told.member.offered();
            } else if (looked == null) {
                return;
            } else {
                Account next = looked;
                boolean isKnown = !known.add(next);
                long since = next.member.idleSinceNanos();
                if (locked(() -> watch.isNext(next, since, isKnown))) {
                    asked.add(next);
                    next.member.yieldIdle();
                }
            }
        }
    }

    // --- what the accounts do, with the lock held

    /** Takes it out of the order, so that what the order depends on can change. */
    private void wants(Account it, int nowUrgent, int nowWanted, long since) {
        hungry.remove(it);
        urgent += Math.max(0, nowUrgent) - it.urgent;
        it.urgent = Math.max(0, nowUrgent);
        it.wanted = nowWanted;
        it.hungrySince = since;
    }

    private void requeue(Account it) {
        if (it.wanted > 0) {
            hungry.add(it);
        }
    }

    /** It holds another number of places, and comes elsewhere in the order. */
    private void hold(Account it, int more) {
        hungry.remove(it);
        it.held += more;
        held += more;
        requeue(it);
    }

    boolean take(Account it) {
        boolean isGranted = it.granted > 0;
        if (isGranted) {
            hungry.remove(it);
            it.granted--;
            granted--;
        }
        if (free() <= 0) {
            if (isGranted) { // the budget has become smaller meanwhile
                wants(it, it.urgent + 1, it.wanted + 1, it.hungrySince);
                requeue(it);
            }
            return false;
        }
        hold(it, 1);
        if (it.held == 1) {
            watch.begin(it, shortage() > 0);
        }
        return true;
    }

    void lent(Account it) {
        if (it.urgent < urgent) {
            turns.count(it);
        }
    }

    void giveBack(Account it) {
        if (it.held == 0) {
            throw new AssertionError("bug: given back what is not held");
        }
        hold(it, -1);
        if (it.held == 0) {
            watch.end(it);
        }
        distribute();
    }

    void hungry(Account it, int urgentPlaces, int places) {
        int surplus = Math.max(0, it.granted - places);
        int beyond = Math.max(0, places - it.granted);
        wants(it, Math.min(urgentPlaces - it.granted, beyond), beyond, it.wanted > 0 ? it.hungrySince : clock++);
        it.granted -= surplus;
        granted -= surplus;
        requeue(it);
        distribute();
    }

    void leaving(Account it, int objects) {
        leaving += objects - it.leaving;
        it.leaving = objects;
    }

    int room(Account it) {
        return Math.max(0, it.granted + free());
    }

    void closing(Account it) {
        hungry.remove(it);
        reserved -= it.reservation;
        it.reservation = 0;
        requeue(it);
    }

    void leave(Account it) {
        if (it.held != 0) {
            throw new AssertionError("bug: left with " + it.held + " places");
        }
        wants(it, 0, 0, 0);
        granted -= it.granted;
        leaving -= it.leaving;
        reserved -= it.reservation;
        distribute();
    }

    // --- whether an object may stay

    boolean mayKeep(Account it, boolean hasWaiter) {
        boolean isShort = shortage() > 0;
        if (isShort && mustYield(it, hasWaiter)) {
            it.leaving++;
            leaving++;
            return false;
        }
        if (isShort && hasWaiter) {
            turns.count(it);
        }
        boolean isIdle = !hasWaiter; // it lies there for the next pool that becomes hungry, which has to look
        if (it.watched && it.held > 0 && (isIdle || urgent + excess() == 0)) {
            watch.relax(it);
        }
        return true;
    }

    private boolean mustYield(Account it, boolean hasWaiter) {
        int staying = it.held - it.leaving;
        if (staying <= it.reservation) {
            return false;
        }
        if (excess() > leaving) {
            return true;
        }
        Account next = hungry.first() != it ? hungry.first() : hungry.higher(it);
        if (next == null || next.urgent == 0 || (hasWaiter && next != hungry.first())) {
            return false;
        }
        if (!hasWaiter || next.isBelowReservation()) {
            return true;
        }
        boolean isOver = turns.isOver(it, next, staying);
        if (isOver) {
            turns.begin(it);
            wants(it, it.urgent, it.wanted, clock++); // those that are hungry already come before it
            requeue(it);
        }
        return isOver;
    }
}
