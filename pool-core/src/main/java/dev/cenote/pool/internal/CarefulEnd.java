package dev.cenote.pool.internal;

/** Where a lease ends in a pool whose releases have more to do: to reset or validate the object, or to count its uses. */
final class CarefulEnd<T> implements LeaseEnd<T> {

    private final PlainEnd<T> plain;
    private final Handoff<T> handoff;
    private final boolean runsUserCode;

    CarefulEnd(PlainEnd<T> plain, Handoff<T> handoff, boolean runsUserCode) {
        this.plain = plain;
        this.handoff = handoff;
        this.runsUserCode = runsUserCode;
    }

    @Override
    public void release(Slot<T> slot, long leaseWord) {
        if (runsUserCode) {
            plain.noteStaleClose(handoff.validation.release(slot, leaseWord));
        } else if (slot.isUsedUp(leaseWord)) {
            plain.noteStaleClose(handoff.release(slot, leaseWord));
        } else {
            plain.release(slot, leaseWord);
        }
    }

    @Override
    public void invalidate(Slot<T> slot, long leaseWord) {
        plain.invalidate(slot, leaseWord);
    }

    @Override
    public T detach(Slot<T> slot, long leaseWord) {
        return plain.detach(slot, leaseWord);
    }
}
