package dev.cenote.pool.internal;

import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.Operation;

/** The real capacity of two: places are reserved, given back, and there may come to be fewer of them or more. */
public class SlotsRace {

    private final PoolLock lock = new PoolLock();
    private final Slots<Object> capacity = new Slots<>(lock, new PoolLimits(2, 0, 0));
    private final ArrayDeque<Slot<Object>> reserved = new ArrayDeque<>(); // guarded by the lock

    @Operation
    public boolean reserve() {
        return lock.test(() -> {
            Slot<Object> slot = capacity.reserve();
            return slot != null && reserved.add(slot);
        });
    }

    @Operation
    public boolean vacate() {
        return lock.test(() -> {
            Slot<Object> slot = reserved.poll();
            if (slot != null) {
                capacity.vacate(slot);
            }
            return slot != null;
        });
    }

    @Operation
    public void resize(int size) {
        lock.run(() -> capacity.setLimits(new PoolLimits(1 + Math.floorMod(size, 3), 0, 0)));
    }

    /** What it must look like, one call after the other. */
    public static final class Sequential {
        private int size = 2;
        private int reserved;

        public boolean reserve() {
            boolean hasRoom = reserved < size;
            reserved += hasRoom ? 1 : 0;
            return hasRoom;
        }

        public boolean vacate() {
            boolean isReserved = reserved > 0;
            reserved -= isReserved ? 1 : 0;
            return isReserved;
        }

        public void resize(int to) {
            size = 1 + Math.floorMod(to, 3);
        }
    }
}
