package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.internal.slot.Slot;

/** What the parts that make, check and destroy objects tell the part that hands them out. Called under the lock. */
public interface SlotEvents<T> {

    /** A new object can be used, or is not wanted any more; its slot is CREATING. */
    void created(Slot<T> slot, boolean isOutdated);

    /** A new object was made and leased by a caller. */
    void createdByCaller();

    /** No object could be made; the slot is empty again. */
    void createFailed(Throwable cause);

    /** An object was found good; its slot is VALIDATING. */
    void validated(Slot<T> slot);

    /** A released object can be used again; its slot is VALIDATING. */
    void reset(Slot<T> slot);

    /** An object was found bad; its slot is VALIDATING. */
    void rejected(Slot<T> slot, DestroyReason reason);

    /** An object is gone, and its slot is empty again. */
    void vacated();
}
