package dev.cenote.pool;

import dev.cenote.pool.internal.keyed.SharedBudget;

/**
 * A limit that several pools share ({@link PoolBuilder#budget}): the objects of all of them together, those being made or
 * destroyed included, are never more than it allows. Each pool keeps its own {@code maxSize}, {@code minIdle} and order.
 *
 * <p>A pool that needs a place and finds none becomes <i>hungry</i>. Then an idle object of another pool is destroyed for it: the
 * one that has been idle longest, of those pools that have more than is {@link PoolBuilder#reserved reserved} for them. If nothing
 * is idle, hungry pools are served in turn. Those that have fewer objects than their share come first; a share goes by {@link
 * PoolBuilder#weight}. The others go on until they have given out eight leases together, each divided by its pool's weight; the next
 * object that comes back is destroyed, and its place goes to the hungry pool.
 *
 * <p>{@link #of} is what programs need. The rest of this page is for code that implements a budget of its own, for example one that
 * several processes share.
 *
 * <p><b>What an implementation promises.</b> A pool {@link #join joins} as a {@link Member}, and gets a {@link Share}, which is its
 * account.
 *
 * <ol>
 *   <li>The bound: the places that all shares hold are never more than the budget has. A place is held from a {@link Share#take}
 *       that returns true until the matching {@link Share#giveBack}.
 *   <li>No lost wake-up: a share that said {@link Share#hungry} hears {@link Member#offered} when a place may be had, until it says
 *       {@link Share#fed}. A place that was set aside for it is given to the next hungry share if it says that it is fed.
 *   <li>No blocking: the methods of a share return at once, take no other lock than the budget's own, and never call a member;
 *       but for {@link Share#settle}. A pool calls them with its lock held. So a budget that has to ask a server asks it on a thread
 *       of its own, ahead of time.
 *   <li>One lock at a time: members are called from {@link Share#settle}, or from a thread of the budget's own, with no lock held.
 *   <li>Any thread may call any method of any share at any time. The calls of one share come one after the other, but for {@code
 *       settle}.
 * </ol>
 *
 * @since 0.9.0
 */
public interface Budget {

    /**
     * A budget for the pools of this process.
     *
     * @param max the most objects that may exist in all of its pools together; 1 to 1,000,000
     * @return a new budget, without pools
     * @throws IllegalArgumentException if {@code max} is out of range
     * @since 0.9.0
     */
    static Budget of(int max) {
        if (max < 1 || max > PoolLimits.LARGEST_SIZE) {
            throw new IllegalArgumentException("max must be 1 to " + PoolLimits.LARGEST_SIZE + ", but was " + max);
        }
        return new SharedBudget(max);
    }

    /**
     * The most objects that may exist at the moment.
     *
     * @return 1 or more
     * @since 0.9.0
     */
    int max();

    /**
     * Opens an account for a pool. Called once, when the pool is built.
     *
     * @param member the pool
     * @return its account
     * @throws IllegalArgumentException if its reservation does not fit in with those of the others
     * @since 0.9.0
     */
    Share join(Member member);

    /**
     * The account of one pool. Its pool calls it with its own lock held, but for {@link #settle}.
     *
     * <p>Threads: any; no method blocks.
     *
     * @since 0.9.0
     */
    interface Share {

        /**
         * Takes a place for an object that is about to be made.
         *
         * @return false if there is none at the moment, or if others come first
         * @since 0.9.0
         */
        boolean take();

        /**
         * An object that has just been made goes to a waiter of the pool. This lease counts in the pool's turn; a create that fails
         * does not.
         *
         * @since 0.9.0
         */
        void lent();

        /**
         * Gives a place back: its object is gone, or was not made.
         *
         * @since 0.9.0
         */
        void giveBack();

        /**
         * The pool would make objects, if it had places for them. What it said before no longer counts.
         *
         * @param urgent how many of them are for waiters, or reserved: objects of other pools go for them; 0 to {@code places}
         * @param places how many it would make at once; 1 or more. What is not urgent (for {@code minIdle}, for example) gets places
         *     that come free when nobody else wants them
         * @since 0.9.0
         */
        void hungry(int urgent, int places);

        /**
         * The pool wants no place at the moment. What was set aside for it goes to others.
         *
         * @since 0.9.0
         */
        void fed();

        /**
         * Objects of this pool are being destroyed, and their places will soon come back. The budget
         * has that many fewer objects of other pools evicted.
         *
         * @param objects how many; 0 or more. What it said before no longer counts
         * @since 0.9.0
         */
        void leaving(int objects);

        /**
         * Asks whether an object that has just come free may stay in its pool. A pool asks for each of them while it is {@link
         * #isWatched watched}.
         *
         * @param hasWaiter whether a waiter of the pool's own would get it
         * @return false if the pool has to destroy it for the sake of another one. Then it counts as {@link #leaving}
         * @since 0.9.0
         */
        boolean mayKeep(boolean hasWaiter);

        /**
         * Tells whether the pool has to ask {@link #mayKeep}, since others are hungry. It begins with {@link Member#yieldIdle} or
         * with a {@link #take}; it ends in {@link #mayKeep}.
         *
         * @return true if the pool has to ask
         * @since 0.9.0
         */
        boolean isWatched();

        /**
         * How many places the pool could take now.
         *
         * @return 0 or more
         * @since 0.9.0
         */
        int room();

        /**
         * Does what has become due: tells members of places, and has them evict. A pool calls it after each change, when it has
         * given back its lock; not after a change that the budget itself has caused by a call of a member, since the budget then goes
         * on by itself. It may call members, and must not block otherwise.
         *
         * @since 0.9.0
         */
        void settle();

        /**
         * The pool is closing. What is reserved for it is free for pools that join, such as the next one of its key. It holds its places
         * until their objects are gone, and wants no others.
         *
         * @since 0.9.0
         */
        void closing();

        /**
         * Closes the account, which holds no place any more. No other call follows.
         *
         * @since 0.9.0
         */
        void leave();
    }

    /**
     * A pool, as its budget sees it. The budget calls it with no lock held. The methods do not block, and run no user code.
     *
     * @since 0.9.0
     */
    interface Member {

        /**
         * How many places are reserved for it ({@link PoolBuilder#reserved}).
         *
         * @return 0 or more
         * @since 0.9.0
         */
        int reserved();

        /**
         * Its weight among the others ({@link PoolBuilder#weight}).
         *
         * @return 1 or more
         * @since 0.9.0
         */
        int weight();

        /**
         * A place may be had: the pool takes what it needs, and says whether it is still hungry.
         *
         * @since 0.9.0
         */
        void offered();

        /**
         * Others are hungry: from now on the pool asks {@link Share#mayKeep}, beginning with what is idle, the object that has been
         * idle longest first, until one may stay.
         *
         * @since 0.9.0
         */
        void yieldIdle();

        /**
         * Since when its longest idle object has been idle, as far as that is known. It costs a look at each of the pool's objects,
         * and takes no lock.
         *
         * @return an instant of the pool's {@link Ticker}; the instant of the call if nothing is idle
         * @since 0.9.0
         */
        long idleSinceNanos();
    }
}
