package dev.cenote.soak;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the soak pools: an object that knows in whose hands it is, so that it notices when it is in two.
 *
 * <p>A holder takes it by CAS when its lease begins and lets go of it before the lease ends. So does the validator.
 * Workers are known by their numbers, which cost the hot loop less than references.
 */
final class Thing {

    private static final int NOBODY = -1;
    /** The one who looks at the quiet pool. */
    static final int INSPECTOR = -2;

    static final int VALIDATOR = -3;
    /** A lease that was dropped on purpose, or overstayed: the pool may take it back. */
    private static final int FORFEITED = -4;

    private static final int GRAVE = -5;
    private static final int LEAVING = -6;
    private static final int OUTSIDE = -7;

    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Thing.class, "owner", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Place place;
    private final Ledger ledger;
    private final Thread maker = Thread.currentThread();
    private boolean wasLeased; // written by holders; who destroys it comes after them
    private volatile int owner = NOBODY;
    private final AtomicBoolean isDestroyed = new AtomicBoolean();

    Thing(Ledger ledger, Place place) {
        this.ledger = ledger;
        this.place = place;
    }

    private static String name(int owner) {
        return switch (owner) {
            case NOBODY -> "nobody";
            case INSPECTOR -> "the look at the quiet pool";
            case VALIDATOR -> "the validator";
            case FORFEITED -> "a lease that was dropped or overstayed";
            case GRAVE -> "nobody, since it was destroyed";
            case LEAVING -> "one who is about to detach it";
            case OUTSIDE -> "one who detached it";
            default -> "worker " + owner;
        };
    }

    /** Takes it; whoever has it already is a violation of P2. */
    void take(int by) {
        int before = (int) OWNER.compareAndExchange(this, NOBODY, by);
        boolean wasRevoked = before == GRAVE && ledger.mayRevoke(); // since its lease began
        if (before != NOBODY && !wasRevoked) {
            ledger.violations.add("P2: " + name(by) + " was given what is in the hands of " + name(before));
        }
        if (!wasLeased && by != VALIDATOR) {
            wasLeased = true;
        }
        if (place.isDoubtful && by != VALIDATOR) {
            ledger.isLeased(place);
        }
    }

    /** Lets go of it, if it was not taken away meanwhile. */
    void letGo(int by) {
        int seen = owner;
        if (seen == by) {
            OWNER.setRelease(this, NOBODY);
        } else if (!ledger.mayRevoke()) {
            ledger.violations.add("P2: what " + name(by) + " held came into the hands of " + name(seen));
        }
    }

    /** Whether it may have come too late to get a place: nobody has leased it, and the thread that made it destroys it. */
    boolean mayBeLate() {
        return maker == Thread.currentThread() && !wasLeased;
    }

    /** The validator has done, perhaps too late. */
    void endValidation() {
        OWNER.compareAndSet(this, VALIDATOR, NOBODY);
    }

    /** The pool may end this lease by itself from now on. */
    void forfeit(int by) {
        OWNER.compareAndSet(this, by, FORFEITED);
    }

    boolean isForfeited() {
        return owner == FORFEITED;
    }

    /** It is about to be detached. False if it was destroyed. */
    boolean tryLeave(int by) {
        return OWNER.compareAndSet(this, by, LEAVING);
    }

    /** The detach succeeded: the pool must not touch it any more. */
    void left() {
        if (!OWNER.compareAndSet(this, LEAVING, OUTSIDE)) {
            ledger.violations.add("P3: an object was detached that is in the hands of " + name(owner));
        }
    }

    /** The detach failed. */
    void stays(int by) {
        OWNER.compareAndSet(this, LEAVING, by);
    }

    /** Its life ends; whoever still holds it is a violation of P3. */
    void die() {
        int before = (int) OWNER.getAndSet(this, GRAVE);
        boolean isFree =
                before == NOBODY || before == FORFEITED || before == VALIDATOR; // whom the pool does not wait for
        if (!isDestroyed.compareAndSet(false, true)) {
            ledger.violations.add("P3: an object was destroyed twice");
        } else if (before == OUTSIDE || (!isFree && !ledger.mayRevoke())) {
            ledger.violations.add("P3: an object was destroyed in the hands of " + name(before));
        }
    }
}
