package dev.cenote.pool.internal;

import dev.cenote.pool.Budget;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * A budget of two places, and two pools that take, give back, are hungry and fed. What they hold never is more than there is, and a
 * place that comes free belongs to the one that is hungry.
 */
public class BudgetRace {

    private final Budget budget = Budget.of(2);
    private final Pool first = new Pool(budget);
    private final Pool second = new Pool(budget);

    /** A pool without objects. Its lock is the one that a pool calls its share with. */
    static final class Pool implements Budget.Member {
        final ReentrantLock lock = new ReentrantLock();
        final Budget.Share share;
        int held; // guarded by the lock

        Pool(Budget budget) {
            share = budget.join(this);
        }

        boolean take() {
            lock.lock();
            try {
                boolean hasTaken = share.take();
                held += hasTaken ? 1 : 0;
                return hasTaken;
            } finally {
                lock.unlock();
            }
        }

        boolean giveBack() {
            lock.lock();
            try {
                if (held == 0) {
                    return false;
                }
                held--;
                share.giveBack();
                return true;
            } finally {
                lock.unlock();
            }
        }

        void hungry(boolean isHungry) {
            lock.lock();
            try {
                if (isHungry) {
                    share.hungry(1, 1);
                } else {
                    share.fed();
                }
            } finally {
                lock.unlock();
            }
        }

        int room() {
            lock.lock();
            try {
                return share.room();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int reserved() {
            return 0;
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public void offered() {}

        @Override
        public void yieldIdle() {}

        @Override
        public long idleSinceNanos() {
            return 0;
        }
    }

    @Operation
    public boolean firstTakes() {
        return first.take();
    }

    @Operation
    public boolean secondTakes() {
        return second.take();
    }

    @Operation
    public boolean firstGivesBack() {
        return first.giveBack();
    }

    @Operation
    public boolean secondGivesBack() {
        return second.giveBack();
    }

    @Operation
    public void firstIsHungry() {
        first.hungry(true);
    }

    @Operation
    public void firstIsFed() {
        first.hungry(false);
    }

    @Operation
    public int firstHasRoom() {
        return first.room();
    }

    @Operation
    public int secondHasRoom() {
        return second.room();
    }

    /** What it must look like, one call after the other. Only the first is ever hungry. */
    public static final class Sequential {
        private int firstHeld;
        private int secondHeld;
        private boolean isGranted;
        private boolean isHungry;

        private int free() {
            return 2 - firstHeld - secondHeld - (isGranted ? 1 : 0);
        }

        private void distribute() {
            if (isHungry && free() > 0) {
                isGranted = true;
                isHungry = false;
            }
        }

        public boolean firstTakes() {
            boolean hasTaken = isGranted || free() > 0;
            firstHeld += hasTaken ? 1 : 0;
            isGranted = false;
            return hasTaken;
        }

        public boolean secondTakes() {
            boolean hasTaken = free() > 0;
            secondHeld += hasTaken ? 1 : 0;
            return hasTaken;
        }

        public boolean firstGivesBack() {
            boolean hasOne = firstHeld > 0;
            firstHeld -= hasOne ? 1 : 0;
            distribute();
            return hasOne;
        }

        public boolean secondGivesBack() {
            boolean hasOne = secondHeld > 0;
            secondHeld -= hasOne ? 1 : 0;
            distribute();
            return hasOne;
        }

        public void firstIsHungry() {
            isHungry = !isGranted;
            distribute();
        }

        public void firstIsFed() {
            isHungry = false;
            isGranted = false;
        }

        public int firstHasRoom() {
            return free() + (isGranted ? 1 : 0);
        }

        public int secondHasRoom() {
            return free();
        }
    }
}
