package dev.cenote.pool.internal.slot;

import dev.cenote.pool.DestroyReason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The word of a slot: the state and the generation, and so who owns the object.
 *
 * <p><b>States</b> of the word (its lowest three bits), and who takes each edge:
 *
 * <pre>
 *            Creator            Creator, Handoff          any acquirer (CAS)
 *   EMPTY ------------> CREATING ------------> IDLE ------------------------> LEASED
 *     ^                    |  |                ^  |  ^                         |  |
 *     |  create failed     |  |    valid       |  |  +-------------------------+  |
 *     +--------------------+  |       +--------+  |     the lease's end (CAS)     |
 *     |                       |       |           v                               v
 *     |                       |   VALIDATING <----+------- (CAS, under the lock) -+
 *     |                       |       |           |                               |
 *     |       Retirement      v       v           v                               v
 *     +------------------- RETIRING <-+-----------+------- (CAS, under the lock) -+
 * </pre>
 *
 * A slot that is CREATING or VALIDATING can also go to LEASED at once, for a waiter. Detaching takes LEASED to EMPTY.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>P2: the thread whose CAS set the state owns the object, until the next change of the state. IDLE belongs to nobody.
 *   <li>P10: the generation (the word's upper 58 bits) grows by one with each lease and by nothing else. A lease
 *       remembers its word, and every end of a lease is a CAS from a word that is the same but for {@link #RETIRE} and
 *       {@link #STORED}, so only one end of one lease ever succeeds.
 *   <li>P3: RETIRING is entered by one CAS from IDLE or LEASED, or by the owner of CREATING or VALIDATING.
 *   <li>EMPTY, CREATING, VALIDATING and RETIRING are entered and left only under the pool's lock. Other threads change
 *       nothing there but {@link #STORED}.
 *   <li>{@link #RETIRE} is set under the lock; {@link #CHECK} only on an idle word, by anybody.
 *   <li>STORED is set from before the slot is pushed onto the idle store until after it was popped: at most one entry of
 *       the store is this slot. Every change to IDLE sets it, and the thread that set it pushes. So an idle slot is in the store, or
 *       on its way there, or in the hands of the thread that popped it.
 *   <li>P15: leases given out here = the generation; leases ended = the generation, less one while LEASED.
 * </ol>
 *
 * <p><b>Linearization:</b> each {@code try…} method: its CAS. All other changes are CAS loops, too, since STORED may be
 * cleared at any time.
 *
 * <p><b>Ordering:</b> every access of the word is volatile. An owner's last write publishes the object's state and the
 * plain fields of the slot; the next owner's CAS acquires them.
 */
abstract class SlotWord extends PaddedSlot {

    public static final int EMPTY = 0; // so that a word that was never written is not claimable
    public static final int IDLE = 1;
    public static final int LEASED = 2;
    public static final int VALIDATING = 3;
    public static final int CREATING = 4;
    public static final int RETIRING = 5;
    private static final int STATE = 7;

    /** The object's life is over: not to be leased again. */
    public static final int RETIRE = 8;
    /** The object is to be validated before it is leased again. */
    public static final int CHECK = 16;
    /** The slot is in the idle store. */
    public static final int STORED = 32;

    private static final int GENERATION_SHIFT = 6;
    private static final long NEXT_GENERATION = 1L << GENERATION_SHIFT;
    private static final long NEXT_LEASE = NEXT_GENERATION + LEASED - IDLE;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(SlotWord.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;

    /** Why RETIRE is set, or the object is being destroyed; guarded by the lock. */
    private DestroyReason retireReason = DestroyReason.CLOSED;

    public long word() {
        return word;
    }

    public static int state(long word) {
        return (int) word & STATE;
    }

    /** The same word in another state. */
    public static long inState(long word, int state) {
        return (word & ~(long) STATE) | state;
    }

    public static long generation(long word) {
        return word >>> GENERATION_SHIFT;
    }

    public static boolean isMarked(long word, int mark) {
        return (word & mark) != 0;
    }

    public int state() {
        return state(word);
    }

    public final boolean isOnLease(long seen, long leaseWord) {
        return seen == leaseWord || ((seen ^ leaseWord) & ~(RETIRE | STORED)) == 0;
    }

    /** By way of compareAndExchange, which C2 turns into a shorter test of what came of it. */
    private boolean compareAndSet(long seen, long next) {
        return (long) WORD.compareAndExchange(this, seen, next) == seen;
    }

    // --- lock-free edges

    /** IDLE, unmarked → LEASED; it stays stored. Returns the lease's word, or 0 if the slot was not free to be leased. */
    public long tryLease() {
        long seen = word;
        return (seen & (STATE | RETIRE | CHECK)) == IDLE && compareAndSet(seen, seen + NEXT_LEASE)
                ? seen + NEXT_LEASE
                : 0;
    }

    /**
     * As seen: IDLE, not to be retired, popped → LEASED, neither stored nor to be checked. Returns the lease's word, or 0 if it has
     * changed.
     */
    long tryLeasePopped(long seen) {
        long leased = (seen & ~(STORED | CHECK)) + NEXT_LEASE;
        return compareAndSet(seen, leased) ? leased : 0;
    }

    /** The slot was popped, and is not to be leased: as seen → not stored. False if it has changed. */
    public boolean tryDrop(long seen) {
        return compareAndSet(seen, seen & ~STORED);
    }

    /** LEASED → IDLE and stored, with the given mark or 0. False if the lease is dead, marked, or was popped meanwhile. */
    public boolean tryRelease(long leaseWord, long mark) {
        return compareAndSet(leaseWord, (leaseWord - LEASED + IDLE) | STORED | mark);
    }

    /** The word of a live, unmarked lease as it is now, or 0: the slot may have been popped since it was leased. */
    public long currentWord(long leaseWord) {
        long seen = word;
        return isOnLease(seen, leaseWord) && !isMarked(seen, RETIRE) ? seen : 0;
    }

    /** Marks an idle slot for validation, if its word is still the one given. */
    public void tryMarkCheck(long idleWord) {
        compareAndSet(idleWord, idleWord | CHECK);
    }

    // --- edges under the lock

    /** LEASED, marked or not → another state, the mark kept. False if the lease is dead. */
    public boolean tryEndLease(long leaseWord, int to) {
        for (; ; ) {
            long seen = word;
            if (!isOnLease(seen, leaseWord)) {
                return false;
            }
            if (compareAndSet(seen, seen - LEASED + to)) {
                return true;
            }
        }
    }

    /** IDLE, as seen → VALIDATING or RETIRING, without CHECK; it stays stored. False if it has changed. */
    public boolean tryTake(long idleWord, int to) {
        return compareAndSet(idleWord, (idleWord & ~CHECK) - IDLE + to);
    }

    /** The same for a slot that was popped: it is not stored any more. */
    public boolean tryTakePopped(long idleWord, int to) {
        return compareAndSet(idleWord, (idleWord & ~(CHECK | STORED)) - IDLE + to);
    }

    /** Sets RETIRE on a slot that is idle, leased or validating, unless it is set. Returns the word after that. */
    public long markRetire(DestroyReason reason) {
        for (; ; ) {
            long seen = word;
            int state = state(seen);
            if (isMarked(seen, RETIRE) || state == EMPTY || state == CREATING || state == RETIRING) {
                return seen;
            }
            if (compareAndSet(seen, seen | RETIRE)) {
                retireReason = reason;
                return seen | RETIRE;
            }
        }
    }

    /** From a state that is the pool's own to another; keeps RETIRE. */
    public void move(int from, int to) {
        if (to == IDLE || to == LEASED) {
            throw new AssertionError("bug: move to " + to + " at " + this);
        }
        change(from, to - from, 0, ~0L);
    }

    /** From a state that is the pool's own to IDLE with the given mark or 0. True for the thread that has to push it. */
    public boolean makeIdle(int from, long mark) {
        long before = change(from, IDLE - from + mark, STORED, ~RETIRE);
        return !isMarked(before, STORED);
    }

    /** From a state that is the pool's own to the next lease. Returns its word. */
    public long lend(int from) {
        long step = NEXT_GENERATION + LEASED - from;
        return change(from, step, 0, ~RETIRE) + step;
    }

    /** Lets go of what the slot held. */
    abstract void forget();

    /** From a state that is the pool's own to EMPTY, without RETIRE. */
    void empty() {
        forget();
        long seen = word;
        while (!compareAndSet(seen, seen & ~(STATE | RETIRE))) {
            seen = word; // popped meanwhile
        }
    }

    /** Steps a word on that is in the given state and has no mark but those allowed. Returns the word before that. */
    private long change(int from, long step, int mark, long allowed) {
        for (; ; ) {
            long seen = word;
            if (state(seen) != from || (seen & ~allowed) != 0 || from == IDLE || from == LEASED) {
                throw new AssertionError("bug: change from " + from + " by " + step + " at " + this);
            }
            if (compareAndSet(seen, (seen + step) | mark)) {
                return seen;
            }
        }
    }

    /** LEASED → EMPTY for an object that leaves alive. False if the lease is dead. */
    boolean tryDetach(long leaseWord) {
        if (!tryEndLease(leaseWord, RETIRING)) {
            return false;
        }
        empty();
        return true;
    }

    /** Why the object is being destroyed. Under the lock. */
    public void noteRetireReason(DestroyReason reason) {
        retireReason = reason;
    }

    public DestroyReason retireReason() {
        return retireReason;
    }

    @Override
    public String toString() {
        long seen = word;
        return "state " + state(seen) + " generation " + generation(seen);
    }
}

/**
 * Keeps the fields of one slot 128 bytes away from those of the slot before it, so that two cores that use neighbouring
 * slots share neither a cache line nor the pair of lines that is fetched together. Fields of a superclass come first.
 */
@SuppressWarnings("unused")
abstract class PaddedSlot {
    private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16;
}
