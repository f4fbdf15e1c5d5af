package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Budget;
import java.util.Comparator;

/**
 * What one pool has of a {@link SharedBudget}, and wants of it. It takes the budget's lock, and leaves the decisions to the
 * budget.
 *
 * <p><b>Invariant:</b> what an order depends on changes only while the account is not in that order.
 */
final class Account implements Budget.Share {

    /** Those that are hungry, the next one first. */
    static final Comparator<Account> NEEDIEST = Comparator.comparing((Account it) -> it.urgent == 0)
            .thenComparing(it -> !it.isBelowReservation())
            .thenComparingDouble(it -> it.shareOf(it.held + it.granted))
            .thenComparingLong(it -> it.hungrySince);

    /** The account whose object has been idle longest comes first, as far as is known. */
    static final Comparator<Account> LONGEST_IDLE = (one, other) -> one.idleSinceNanos != other.idleSinceNanos
            ? Long.signum(one.idleSinceNanos - other.idleSinceNanos)
            : Long.compare(one.number, other.number);

    final Budget.Member member;
    final int weight;
    private final SharedBudget budget;

    // Guarded by the budget's lock.
    int reservation; // 0 once the pool is closing

    long number; // of those that have joined
    int held;
    int granted;
    int leaving;
    int wanted; // beyond what is granted
    int urgent; // of them
    long hungrySince; // by the budget's clock
    long used; // leases since it gave up an object, while others were hungry
    long idleSinceNanos; // its longest idle object, or earlier
    boolean isToBeTold;
    volatile boolean watched;

    /** Asks the member, so it is made without the lock. */
    Account(SharedBudget budget, Budget.Member member) {
        this.budget = budget;
        this.member = member;
        idleSinceNanos = member.idleSinceNanos();
        weight = member.weight();
        reservation = member.reserved();
    }

    /** So many objects, divided by the weight: what is compared between pools. */
    double shareOf(int objects) {
        return (double) objects / weight;
    }

    boolean isBelowReservation() {
        return held + granted < reservation;
    }

    /**
     * Tells whether the next one has fewer than its share, if this account keeps so many. A pool of a greater weight than the next one
     * gives its last objects away when it has used its own quantum up, and not before.
     */
    boolean owes(Account next, int staying) {
        int has = next.held + next.granted;
        if (has == 0) {
            return next.shareOf(1) <= shareOf(staying) || used >= (long) Turns.QUANTUM * weight;
        }
        return next.shareOf(has + 1) <= shareOf(staying - 1);
    }

    @Override
    public boolean take() {
        return budget.locked(() -> budget.take(this));
    }

    @Override
    public void lent() {
        budget.run(() -> budget.lent(this));
    }

    @Override
    public void giveBack() {
        budget.run(() -> budget.giveBack(this));
    }

    @Override
    public void hungry(int urgentPlaces, int places) {
        budget.run(() -> budget.hungry(this, urgentPlaces, places));
    }

    @Override
    public void fed() {
        hungry(0, 0);
    }

    @Override
    public void leaving(int objects) {
        budget.run(() -> budget.leaving(this, objects));
    }

    @Override
    public boolean mayKeep(boolean hasWaiter) {
        return budget.locked(() -> budget.mayKeep(this, hasWaiter));
    }

    @Override
    public boolean isWatched() {
        return watched;
    }

    @Override
    public int room() {
        return budget.locked(() -> budget.room(this));
    }

    @Override
    public void settle() {
        budget.settle();
    }

    @Override
    public void closing() {
        budget.run(() -> budget.closing(this));
    }

    @Override
    public void leave() {
        budget.run(() -> budget.leave(this));
    }
}
