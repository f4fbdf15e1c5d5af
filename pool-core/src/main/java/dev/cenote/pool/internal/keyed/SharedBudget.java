package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Budget;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The budget of the pools of one process.
 *
 * <p><b>States</b> of a place: free → held (by {@link Account#take}) → free; or free → granted (set aside for the account that is
 * hungry first) → held, or back to free if that account is fed.
 *
 * <p><b>Invariants</b> (when the lock is free):
 *
 * <ol>
 *   <li>P16: {@code held + granted} is no more than {@code max}, but for places that were held when the budget became smaller.
 *   <li>A place is free, or an account is hungry; never both. So a place that comes free belongs to the account that is hungry
 *       first, and no other can take it.
 *   <li>An account that was granted a place is told, or is among those that {@link #settle} tells ({@code toTell}).
 *   <li>P18: each account that holds a place stands in {@code unwatched}, or is watched, or is being looked at. If more urgent
 *       places are wanted than will soon come back ({@link #shortage}), {@link #settle} looks at those in {@code unwatched}. One
 *       that is watched has nothing idle, and asks before something becomes idle.
 *   <li>P19: of an account that has a waiter for it an object goes only after {@link #QUANTUM} leases, divided by weights, were
 *       given out since the last time ({@code turn}); but for places that are reserved, and for a budget that has become smaller.
 *   <li>P17: so of those that have fewer than their share, each one that is hungry before an account costs it {@link #QUANTUM}
 *       leases at most.
 * </ol>
 *
 * <p>The turns are those of deficit round robin (M. Shreedhar and G. Varghese, "Efficient Fair Queuing using Deficit Round
 * Robin", 1995), with one deficit for all: what counts is how long the hungry have waited, not who made them wait.
 *
 * <p><b>Ordering:</b> {@code Account.watched} is volatile, since a pool reads it without this lock; it is written with this lock
 * held. No member is called with the lock held, and no other lock is taken.
 */
public final class SharedBudget implements Budget {

    /** So many leases are given out before a pool gives up an object that it has a waiter for. */
    static final int QUANTUM = 8;

    private static final double ROUNDING = 1e-9;

    /** Those that are hungry, the next one first. */
    private static final Comparator<Account> NEEDIEST = Comparator.comparing((Account it) -> it.urgent == 0)
            .thenComparing(it -> !it.isBelowReservation())
            .thenComparingDouble(it -> it.shareOf(it.held + it.granted))
            .thenComparingLong(it -> it.hungrySince);

    private static final Comparator<Account> LONGEST_IDLE = (one, other) -> one.idleSinceNanos != other.idleSinceNanos
            ? Long.signum(one.idleSinceNanos - other.idleSinceNanos)
            : Long.compare(one.number, other.number);

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final TreeSet<Account> hungry = new TreeSet<>(NEEDIEST);
    private final TreeSet<Account> unwatched = new TreeSet<>(LONGEST_IDLE);
    private final ArrayDeque<Account> toTell = new ArrayDeque<>();
    private int max;
    private int reserved;
    private int held;
    private int granted;
    private int urgent;
    private int leaving;
    private double turn; // leases since the last conversion, each divided by its pool's weight
    private long clock; // of events

    public SharedBudget(int max) {
        this.max = max;
    }

    @Override
    public int max() {
        lock.lock();
        try {
            return max;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the limit. Objects that are too many go: idle ones now, leased ones as they come back. */
    public void resize(int next) {
        lock.lock();
        try {
            if (next < reserved) {
                throw new IllegalArgumentException(
                        "the budget must be at least what is reserved (" + reserved + "), but was " + next);
            }
            max = next;
            distribute();
        } finally {
            lock.unlock();
        }
        settle();
    }

    /** How many places are held by all pools together. */
    public int held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Share join(Member member) {
        long idleSinceNanos = member.idleSinceNanos();
        lock.lock();
        try {
            if (member.reserved() > max - reserved) {
                throw new IllegalArgumentException("reserved must be 0 to what the budget has left (" + (max - reserved)
                        + " of " + max + "), but was " + member.reserved());
            }
            reserved += member.reserved();
            return new Account(member, idleSinceNanos);
        } finally {
            lock.unlock();
        }
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
            next.wants(next.urgent - 1, next.wanted - 1, clock++);
            next.granted++;
            granted++;
            next.requeue();
            if (!next.isToBeTold) {
                next.isToBeTold = true;
                toTell.add(next);
            }
        }
    }

    // --- what is done without the lock

    private void settle() {
        int looks = 0; // since the last object went
        int all = 0; // accounts that were to be looked at then
        while (true) {
            Account told;
            Account looked = null;
            lock.lock();
            try {
                told = toTell.poll();
                if (told != null) {
                    told.isToBeTold = false;
                } else if (shortage() > 0) {
                    all = looks == 0 ? unwatched.size() : all;
                    looked = ++looks > 2 * all ? null : unwatched.pollFirst(); // once to know, once to ask
                }
            } finally {
                lock.unlock();
            }
            if (told != null) {
                told.member.offered();
            } else if (looked == null) {
                return;
            } else if (isNext(looked, looks > all) && looked.member.yieldIdle()) {
                looks = 0;
            }
        }
    }

    /**
     * Tells whether nobody has an object that has been idle for longer; then the account is watched from now on. What is known of
     * that may be old, but never too late: what was used since has been idle for a shorter time. So the first one that is
     * still as it was known is the one. Once all have been looked at, the first one is.
     */
    private boolean isNext(Account account, boolean areAllKnown) {
        long since = account.member.idleSinceNanos();
        lock.lock();
        try {
            unwatched.remove(account); // it may have given back its last place meanwhile, and taken one again
            account.idleSinceNanos = since;
            if (account.watched || account.held == 0) {
                return false;
            }
            boolean isNext = unwatched.isEmpty()
                    || areAllKnown
                    || LONGEST_IDLE.compare(account, unwatched.first()) < 0;
            if (isNext) {
                account.watched = true;
            } else {
                unwatched.add(account);
            }
            return isNext;
        } finally {
            lock.unlock();
        }
    }

    /** What one pool has, and wants. */
    private final class Account implements Share {
        private final Member member;
        private final int weight;
        private final int reservation;
        private final long number = clock++;

        // Guarded by the budget's lock.
        private int held;
        private int granted;
        private int leaving;
        private int wanted; // beyond what is granted
        private int urgent; // of them
        private long hungrySince; // the clock of events
        private long used; // leases since it gave up an object, while others were hungry
        private long idleSinceNanos; // its longest idle object, or earlier
        private boolean isToBeTold;
        private volatile boolean watched;

        Account(Member member, long idleSinceNanos) {
            this.member = member;
            weight = member.weight();
            reservation = member.reserved();
            this.idleSinceNanos = idleSinceNanos;
        }

        private double shareOf(int objects) {
            return (double) objects / weight;
        }

        private boolean isBelowReservation() {
            return held + granted < reservation;
        }

        /** Takes it out of the order, so that what the order depends on can change. */
        private void wants(int nowUrgent, int nowWanted, long since) {
            hungry.remove(this);
            SharedBudget.this.urgent += Math.max(0, nowUrgent) - urgent;
            urgent = Math.max(0, nowUrgent);
            wanted = nowWanted;
            hungrySince = since;
        }

        private void requeue() {
            if (wanted > 0) {
                hungry.add(this);
            }
        }

        /** Another number of places is held: its place in the order changes with it. */
        private void hold(int more) {
            hungry.remove(this);
            held += more;
            SharedBudget.this.held += more;
            requeue();
        }

        @Override
        public boolean take() {
            lock.lock();
            try {
                if (granted > 0) {
                    hungry.remove(this);
                    granted--;
                    SharedBudget.this.granted--;
                } else if (free() <= 0) {
                    return false;
                }
                hold(1);
                if (urgent < SharedBudget.this.urgent) {
                    countLease();
                }
                if (held == 1) {
                    watched = shortage() > 0;
                    if (!watched) {
                        unwatched.add(this);
                    }
                }
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void giveBack() {
            lock.lock();
            try {
                if (held == 0) {
                    throw new AssertionError("bug: given back what is not held");
                }
                hold(-1);
                if (held == 0) {
                    unwatched.remove(this);
                    watched = false;
                }
                distribute();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void hungry(int urgentPlaces, int places) {
            lock.lock();
            try {
                int surplus = Math.max(0, granted - places);
                long since = wanted > 0 ? hungrySince : clock++;
                int beyond = Math.max(0, places - granted);
                wants(Math.min(urgentPlaces - granted, beyond), beyond, since);
                granted -= surplus;
                SharedBudget.this.granted -= surplus;
                requeue();
                distribute();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void fed() {
            hungry(0, 0);
        }

        @Override
        public void leaving(int objects) {
            lock.lock();
            try {
                SharedBudget.this.leaving += objects - leaving;
                leaving = objects;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean mayKeep(boolean hasWaiter) {
            lock.lock();
            try {
                boolean isShort = shortage() > 0;
                if (isShort && mustYield(hasWaiter)) {
                    leaving++;
                    SharedBudget.this.leaving++;
                    return false;
                }
                if (isShort && hasWaiter) {
                    countLease();
                }
                boolean isIdle = !hasWaiter; // it lies there for the next one who is hungry: that one has to look
                if (watched && held > 0 && (isIdle || SharedBudget.this.urgent + excess() == 0)) {
                    watched = false;
                    unwatched.add(this);
                }
                return true;
            } finally {
                lock.unlock();
            }
        }

        private void countLease() {
            turn += 1.0 / weight;
            used++;
        }

        private boolean mustYield(boolean hasWaiter) {
            int staying = held - leaving;
            if (staying <= reservation) {
                return false;
            }
            if (excess() > SharedBudget.this.leaving) {
                return true;
            }
            Account next = hungry.first() != this ? hungry.first() : hungry.higher(this);
            if (next == null || next.urgent == 0 || (hasWaiter && next != hungry.first())) {
                return false;
            }
            if (!hasWaiter || next.isBelowReservation()) {
                return true;
            }
            boolean isOver = turn >= QUANTUM - ROUNDING && isEntitled(next, staying);
            if (isOver) {
                turn = 0;
                used = 0;
                wants(urgent, wanted, clock++); // whoever waits already comes before it
                requeue();
            }
            return isOver;
        }

        /** Tells whether the next one has fewer than its share, if this account has so many. */
        private boolean isEntitled(Account next, int staying) {
            int has = next.held + next.granted;
            if (has == 0) {
                return next.shareOf(1) <= shareOf(staying) || used >= (long) QUANTUM * weight;
            }
            return next.shareOf(has + 1) <= shareOf(staying - 1);
        }

        @Override
        public boolean isWatched() {
            return watched;
        }

        @Override
        public int room() {
            lock.lock();
            try {
                return granted + Math.max(0, free());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void settle() {
            SharedBudget.this.settle();
        }

        @Override
        public void leave() {
            lock.lock();
            try {
                wants(0, 0, 0);
                SharedBudget.this.granted -= granted;
                granted = 0;
                SharedBudget.this.leaving -= leaving;
                leaving = 0;
                SharedBudget.this.reserved -= reservation;
                distribute();
                if (held != 0) {
                    throw new AssertionError("bug: left with " + held + " places");
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
