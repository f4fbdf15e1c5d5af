package dev.cenote.pool.internal;

import java.util.function.IntSupplier;

/**
 * How many objects lie ready for {@code minIdle}: idle, or being validated.
 *
 * <p>Leases begin and end without the lock, so the slots have to be looked at one by one. The pool asks with each object
 * that comes or goes, and filling or emptying a large pool would take quadratic time. So each call saves up looks at {@link
 * #LOOKS} slots, and the slots are counted when enough looks are saved up. A pool with no more slots than that is counted each
 * time. In between the last count stands, plus the objects that have come since, less those that have gone.
 *
 * <p>Racy on purpose: between two counts the answer is wrong by the leases that have begun or ended since. That can last for
 * as many calls as there are slots, divided by {@link #LOOKS}, or until the housekeeper's next run. Guarded by the pool's
 * lock.
 */
final class ReadyCount {

    static final int LOOKS = 64;

    private final IntSupplier slots;
    private final IntSupplier count;
    private boolean isForgotten = true;
    private int looks; // that are saved up
    private int ready; // at the last count
    private int existing; // at the last count

    /**
     * @param slots how many slots there are
     * @param count looks at all of them
     */
    ReadyCount(IntSupplier slots, IntSupplier count) {
        this.slots = slots;
        this.count = count;
    }

    /**
     * @param existingNow the objects that are alive
     */
    int get(int existingNow) {
        int all = slots.getAsInt();
        looks = Math.min(all, looks + LOOKS);
        if (isForgotten || looks == all) {
            looks = isForgotten ? all : 0;
            isForgotten = false;
            ready = count.getAsInt();
            existing = existingNow;
        }
        return ready + existingNow - existing;
    }

    /** Has the slots counted the next two times: for the housekeeper, and for the first caller after it. */
    void forget() {
        isForgotten = true;
    }
}
