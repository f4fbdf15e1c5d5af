package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> a place for one object, and the word that says who owns it.
 *
 * <p><b>States</b> of the word (its lowest three bits), and who takes each edge:
 *
 * <pre>
 *            Creator            Creator, Handoff          any acquirer (CAS)
 *   EMPTY ------------> CREATING ------------> IDLE ------------------------> LEASED --+ pass on (CAS):
 *     ^                    |  |                ^  |  ^                         |  |  ^  | the next lease
 *     |  create failed     |  |    valid       |  |  +-------------------------+  |  +--+
 *     +--------------------+  |       +--------+  |     the lease's end (CAS)     |
 *     |                       |       |           v                               v
 *     |                       |   VALIDATING <----+------- (CAS, under the lock) -+
 *     |                       |       |           |                               |
 *     |       Retirement      v       v           v                               v
 *     +------------------- RETIRING <-+-----------+------- (CAS, under the lock) -+
 * </pre>
 *
 * Detaching takes LEASED to EMPTY.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>P2: whoever's write set the word owns the object, until the next write. IDLE belongs to nobody.
 *   <li>P10: the generation (the word's upper 59 bits) grows by one with each lease and by nothing else. A lease
 *       remembers its word, and every end of a lease is a CAS from that word (or the same with {@link #RETIRE}), so only
 *       one end of one lease ever succeeds.
 *   <li>P3: RETIRING is entered by one CAS from IDLE or LEASED, or by the owner of CREATING or VALIDATING.
 *   <li>EMPTY, CREATING, VALIDATING and RETIRING are entered, marked and left only under the pool's lock.
 *   <li>{@link #RETIRE} is set under the lock; {@link #CHECK} only on an idle word, by anybody, with a CAS.
 *   <li>P15: leases given out here = the generation; leases ended = the generation, less one while LEASED.
 *   <li>{@code stored} is true from before the slot is pushed onto the idle store until after it was popped: at most one
 *       entry of the store is this slot.
 * </ol>
 *
 * <p><b>Linearization:</b> {@link #tryLease}, {@link #tryRelease}, {@link #tryPassOn}, {@link #tryEndLease}: their CAS.
 *
 * <p><b>Ordering</b> (all accesses of word and stored are volatile):
 *
 * <ul>
 *   <li>word: published by the owner's last write, acquired by the next owner's CAS: carries the object's state and all
 *       plain fields here from owner to owner.
 *   <li>word, then stored (releaser) against stored, then word (popper): one of the two sees the other's write, so an
 *       idle slot is never off the store for good. See {@link IdleStore}.
 *   <li>{@code observed…}: the housekeeper's own. {@code holderId}: racy on purpose, read by diagnosis only; it can be
 *       one lease old.
 * </ul>
 */
final class Slot<T> extends PaddedSlot {

    static final int EMPTY = 0; // so that a word read before it was ever written is not claimable
    static final int IDLE = 1;
    static final int LEASED = 2;
    static final int VALIDATING = 3;
    static final int CREATING = 4;
    static final int RETIRING = 5;
    private static final int STATE = 7;

    /** The object's life is over: not to be leased again. */
    static final int RETIRE = 8;
    /** The object is to be validated before it is leased again. */
    static final int CHECK = 16;

    private static final int LOW_BITS = 31;
    private static final int GENERATION_SHIFT = 5;
    private static final long NEXT_LEASE = (1L << GENERATION_SHIFT) + LEASED - IDLE;
    private static final long NEXT_GENERATION = 1L << GENERATION_SHIFT;

    private static final VarHandle WORD;
    private static final VarHandle STORED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Slot.class, "word", long.class);
            STORED = lookup.findVarHandle(Slot.class, "stored", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;
    private volatile boolean stored;

    /** Its place in {@link Capacity}. */
    final int index;

    /** Links the entries of {@link LifoIdleStore}, which alone uses it. */
    int nextIndex;

    // Written by the owner, published by the word.
    private @Nullable T object;
    private @Nullable Factory<T> factory;
    private long createdAtNanos;
    private long expiresAtNanos;
    private long firstGeneration;
    private long lastGeneration = Long.MAX_VALUE;
    /** Why RETIRE is set; guarded by the lock. */
    private DestroyReason retireReason = DestroyReason.CLOSED;

    /** The id of the thread that holds the lease, 0 if it was acquired asynchronously. Racy on purpose. */
    long holderId;

    // The housekeeper's notes: the word it saw last, when it first saw it, and when it looked before that.
    private long observedWord;
    private long observedAtNanos;
    private long observedAfterNanos;

    Slot(int index) {
        this.index = index;
    }

    long word() {
        return word;
    }

    static int state(long word) {
        return (int) word & STATE;
    }

    static long generation(long word) {
        return word >>> GENERATION_SHIFT;
    }

    static boolean isMarked(long word, int mark) {
        return (word & mark) != 0;
    }

    int state() {
        return state(word);
    }

    // --- lock-free edges

    /** IDLE, unmarked → LEASED. Returns the lease's word, or 0 if the slot was not free to be leased. */
    long tryLease() {
        long seen = word;
        return (seen & LOW_BITS) == IDLE && WORD.compareAndSet(this, seen, seen + NEXT_LEASE) ? seen + NEXT_LEASE : 0;
    }

    /** LEASED → IDLE with the given mark or 0. False if the lease is dead, or marked for retirement. */
    boolean tryRelease(long leaseWord, int mark) {
        return WORD.compareAndSet(this, leaseWord, leaseWord - LEASED + IDLE + mark);
    }

    /** Marks an idle slot for validation, if its word is still the one given. */
    void tryMarkCheck(long idleWord) {
        WORD.compareAndSet(this, idleWord, idleWord | CHECK);
    }

    // --- edges under the lock

    /** LEASED → LEASED for the next holder. Returns the next lease's word, or 0 if this lease is dead or marked. */
    long tryPassOn(long leaseWord) {
        return WORD.compareAndSet(this, leaseWord, leaseWord + NEXT_GENERATION) ? leaseWord + NEXT_GENERATION : 0;
    }

    /** LEASED, marked or not → another state, the mark kept. False if the lease is dead. */
    boolean tryEndLease(long leaseWord, int to) {
        return WORD.compareAndSet(this, leaseWord, leaseWord - LEASED + to)
                || WORD.compareAndSet(this, leaseWord | RETIRE, (leaseWord | RETIRE) - LEASED + to);
    }

    /** IDLE, as seen → VALIDATING or RETIRING, without CHECK. False if it changed. */
    boolean tryTakeIdle(long idleWord, int to) {
        return WORD.compareAndSet(this, idleWord, (idleWord & ~CHECK) - IDLE + to);
    }

    /** Sets RETIRE on a slot that is idle, leased or validating, unless it is set. Returns the word after that. */
    long markRetire(DestroyReason reason) {
        for (; ; ) {
            long seen = word;
            int state = state(seen);
            if (isMarked(seen, RETIRE) || state == EMPTY || state == CREATING || state == RETIRING) {
                return seen;
            }
            if (WORD.compareAndSet(this, seen, seen | RETIRE)) {
                retireReason = reason;
                return seen | RETIRE;
            }
        }
    }

    /** From a state that is the pool's own to another; keeps RETIRE, drops CHECK. */
    void move(int from, int to) {
        long seen = word;
        if (state(seen) != from || from == IDLE || from == LEASED || to == IDLE || to == LEASED) {
            throw new AssertionError("bug: move from " + from + " to " + to + " at " + this);
        }
        word = (seen & ~CHECK) - from + to;
    }

    /** From a state that is the pool's own to IDLE with the given mark or 0. */
    void makeIdle(int from, int mark) {
        long seen = word;
        if (state(seen) != from || isMarked(seen, RETIRE)) {
            throw new AssertionError("bug: idle from " + from + " at " + this);
        }
        word = (seen & ~CHECK) - from + IDLE + mark;
    }

    /** From a state that is the pool's own to the next lease. Returns its word. */
    long lend(int from) {
        long seen = word;
        if (state(seen) != from || isMarked(seen, RETIRE)) {
            throw new AssertionError("bug: lend from " + from + " at " + this);
        }
        long leaseWord = (seen & ~CHECK) - from + LEASED + NEXT_GENERATION;
        word = leaseWord;
        return leaseWord;
    }

    /** From a state that is the pool's own to EMPTY, without any mark. */
    void empty() {
        forget();
        word = (word & ~LOW_BITS) | EMPTY;
    }

    /** LEASED → EMPTY for an object that leaves alive. False if the lease is dead. */
    boolean tryDetach(long leaseWord) {
        if (!tryEndLease(leaseWord, RETIRING)) {
            return false;
        }
        empty();
        return true;
    }

    // --- what the slot holds

    /** Fills a slot that is CREATING. */
    void fill(T made, Factory<T> by, long now, long expiresAt, long maxUses) {
        object = made;
        factory = by;
        createdAtNanos = now;
        expiresAtNanos = expiresAt;
        firstGeneration = generation(word);
        lastGeneration = maxUses == 0 ? Long.MAX_VALUE : firstGeneration + maxUses;
        observedWord = 0;
    }

    private void forget() {
        object = null;
        factory = null;
        holderId = 0;
    }

    T object() {
        T held = object;
        if (held == null) {
            throw new AssertionError("bug: no object in " + this);
        }
        return held;
    }

    /** The object, if the slot is still on that lease. Read first, checked then: so it is never the next holder's. */
    @Nullable
    T objectOf(long leaseWord) {
        T held = object;
        VarHandle.loadLoadFence();
        return (word & ~RETIRE) == leaseWord ? held : null;
    }

    Factory<T> factory() {
        Factory<T> made = factory;
        if (made == null) {
            throw new AssertionError("bug: no factory in " + this);
        }
        return made;
    }

    boolean isUsedUp(long seen) {
        return generation(seen) >= lastGeneration;
    }

    /** Why the object is being destroyed. Under the lock. */
    void noteRetireReason(DestroyReason reason) {
        retireReason = reason;
    }

    DestroyReason retireReason() {
        return retireReason;
    }

    boolean isExpired(long now) {
        return Expiry.isPast(expiresAtNanos, now);
    }

    long createdAtNanos() {
        return createdAtNanos;
    }

    long uses() {
        return generation(word) - firstGeneration;
    }

    // --- membership of the idle store

    /** True for the one caller that has to push it. */
    boolean tryMarkStored() {
        return !stored && STORED.compareAndSet(this, false, true);
    }

    /** Called by the one who popped it, before it looks at the word. */
    void unmarkStored() {
        stored = false;
    }

    // --- the housekeeper's notes

    /** Notes a look at the slot. */
    void observe(long seen, long now, long lookedBefore) {
        long unmarked = seen & ~(RETIRE | CHECK);
        if (unmarked != observedWord) {
            observedWord = unmarked;
            observedAtNanos = now;
            observedAfterNanos = lookedBefore;
        }
    }

    /** Tells whether the word is the one that was seen last, but for its marks. */
    boolean isAsObserved(long seen) {
        return (seen & ~(RETIRE | CHECK)) == observedWord;
    }

    /** For how long at least it has been as it was seen last; zero if it was not seen yet. */
    long unchangedForAtLeast(long now) {
        return observedWord == 0 ? 0 : now - later(createdAtNanos, observedAtNanos);
    }

    /** For how long at most it has been as it was seen last. */
    long unchangedForAtMost(long now) {
        return now - later(createdAtNanos, observedAfterNanos);
    }

    private static long later(long instant, long other) {
        return instant - other > 0 ? instant : other;
    }

    @Override
    public String toString() {
        long seen = word;
        return "slot " + index + " state " + state(seen) + " generation " + generation(seen);
    }
}
