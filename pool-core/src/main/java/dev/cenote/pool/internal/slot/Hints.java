package dev.cenote.pool.internal.slot;

import dev.cenote.pool.internal.run.PoolLock;
import java.util.Arrays;

/**
 * Which slot a thread used last: a striped table instead of a thread-local, so that virtual threads can use it and
 * nothing outlives the pool. Threads whose ids differ by a multiple of the number of stripes share one.
 *
 * <p>There are two tables: the one with the hints, and one without any, which stands in for it while the gate forbids to
 * take what is idle ({@code Gate}). So a thread that finds a hint need not look at the gate. The one without any is the same
 * for all pools; the one with the hints is made when a pool is used for the first time.
 *
 * <p><b>Ordering:</b> which table counts is volatile, and changes with the gate, under the lock: a waiter has shut the
 * hints before it looks at the idle store. Racy on purpose: elements are read and written plainly. A hint may be old or
 * wrong and is never authority: a thread that follows it claims the slot by a CAS of its word, and by that sees all that the
 * slot's last owner wrote. Even a slot whose construction is not visible yet does no harm: its word then reads as zero,
 * which is EMPTY.
 *
 * <p>Stripes are 128 bytes apart, so that threads on two cores do not share a line.
 */
public class Hints<T> {

    private static final int STRIPES =
            Integer.highestOneBit(Math.max(64, 8 * Runtime.getRuntime().availableProcessors()) * 2 - 1);
    private static final int STRIDE_SHIFT = 5; // 32 references of 4 bytes, or more

    private static final Slot<?>[] SHUT = newTable();

    private final PoolLock lock;
    private final boolean areKept;
    private boolean isOpen = true; // guarded by the lock
    private Slot<T>[] open = shut(); // written under the lock, once; racy on purpose, like its elements
    private volatile Slot<T>[] current = shut();

    /**
     * @param areKept false where hints are not wanted: then there is never one
     */
    public Hints(PoolLock lock, boolean areKept) {
        this.lock = lock;
        this.areKept = areKept;
    }

    /** A table of one, for a pool of which there are many: hundreds of bytes in place of thousands. */
    public static <T> Hints<T> small(PoolLock lock, boolean areKept) {
        return new Small<>(lock, areKept);
    }

    /**
     * A class, and not a number of stripes that {@code position} reads: to read it cost the fast path a sixth. Where no such table
     * is ever made, the JIT compilers know that nothing overrides {@code position}.
     */
    private static final class Small<T> extends Hints<T> {

        private Small(PoolLock lock, boolean areKept) {
            super(lock, areKept);
        }

        @Override
        int stripes() {
            return 1;
        }

        @Override
        int position(long threadId) {
            return 1 << STRIDE_SHIFT;
        }
    }

    /** Makes the table, unless it is made. Before somebody has an object in hand, since there may be no memory for it. */
    public void prepare() {
        if (areKept && open == SHUT) {
            lock.run(this::make);
        }
    }

    private void make() {
        if (open == SHUT) {
            open = Arrays.copyOf(shut(), (stripes() + 1) << STRIDE_SHIFT);
            setOpen(isOpen);
        }
    }

    /** The slot that the thread used last, or one that can't be leased. */
    public Slot<T> get(long threadId) {
        return current[position(threadId)];
    }

    public void set(long threadId, Slot<T> slot) {
        Slot<T>[] table = open;
        int position = position(threadId);
        if (table != SHUT && table[position] != slot) {
            table[position] = slot;
        }
    }

    /** Every thread takes from the store next: the object that was released last. Needs no lock. */
    public void forgetAll() {
        Slot<T> none = open[0]; // in front of the first stripe
        for (int i = 0; i < open.length; i += 1 << STRIDE_SHIFT) {
            if (open[i] != none) {
                open[i] = none; // racy on purpose: a hint that is set at this moment stays until the next time
            }
        }
    }

    /** While hints are shut, nobody has one. Called under the pool's lock. */
    public void setOpen(boolean isOpen) {
        this.isOpen = isOpen;
        Slot<T>[] next = isOpen ? open : shut();
        if (current != next) {
            current = next;
        }
    }

    int stripes() {
        return STRIPES;
    }

    int position(long threadId) {
        return (((int) threadId & (STRIPES - 1)) + 1) << STRIDE_SHIFT;
    }

    @SuppressWarnings("unchecked") // nothing of any type is ever in it
    private static <T> Slot<T>[] shut() {
        return (Slot<T>[]) SHUT;
    }

    private static Slot<?>[] newTable() {
        Slot<?>[] table = new Slot<?>[(STRIPES + 1) << STRIDE_SHIFT];
        Arrays.fill(table, new Slot<>(-1)); // EMPTY for ever
        return table;
    }
}
