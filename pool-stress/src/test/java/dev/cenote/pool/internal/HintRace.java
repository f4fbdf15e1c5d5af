package dev.cenote.pool.internal;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.internal.slot.Slot;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * The same with hints. A slot may then be taken and given back while the one who gave it back before is still on its way
 * to the store with it; who looks into the store meanwhile does not find it. So what anybody finds is not compared: but
 * in the end no slot may be lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class HintRace {

    private final StoreRace race;

    HintRace(StoreRace race) {
        this.race = race;
    }

    @Operation
    public void take(@Param(name = "thread") int thread) {
        boolean unused = race.take(thread);
    }

    @Operation
    public void takeByHint(@Param(name = "thread") int thread) {
        race.takeByHint(thread);
    }

    @Operation
    public void give(@Param(name = "thread") int thread) {
        boolean unused = race.give(thread);
    }

    @Validate
    public void noneIsLost() {
        race.checkNoneIsLost();
    }

    public static final class Lifo extends HintRace {
        public Lifo() {
            super(new StoreRace(IdleOrder.LIFO));
        }
    }

    public static final class Fifo extends HintRace {
        public Fifo() {
            super(new StoreRace(IdleOrder.FIFO));
        }
    }

    /** Looks whether the slot is stored before the step that makes it idle, not in it. */
    public static final class Broken extends HintRace {
        public Broken() {
            super(new StoreRace(IdleOrder.LIFO) {
                @Override
                void release(Slot<Object> slot, long leaseWord) {
                    boolean isStored = Slot.isMarked(slot.currentWord(leaseWord), Slot.STORED);
                    long seen = leaseWord;
                    while (!slot.tryRelease(seen, 0)) {
                        seen = slot.currentWord(leaseWord);
                    }
                    pushUnless(isStored, slot);
                }
            });
        }
    }
}
