package dev.cenote.pool.internal;

import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolMXBean;
import dev.cenote.pool.PoolSlot;
import java.util.concurrent.TimeUnit;

/** A row of the slot table, as JMX shows it. */
record ManagedSlot(PoolSlot slot) implements PoolMXBean.SlotRow {

    @Override
    public int getIndex() {
        return slot.index();
    }

    @Override
    public String getState() {
        return slot.state().name();
    }

    @Override
    public long getAge() {
        return TimeUnit.MILLISECONDS.convert(slot.age());
    }

    @Override
    public long getUses() {
        return slot.uses();
    }

    @Override
    public long getUnchangedFor() {
        return TimeUnit.MILLISECONDS.convert(slot.unchangedFor());
    }

    @Override
    public String getHolder() {
        LeaseHolder holder = slot.holder();
        return holder == null ? "" : holder.who();
    }

    @Override
    public long getHolderThreadId() {
        LeaseHolder holder = slot.holder();
        return holder == null ? 0 : holder.threadId();
    }
}
