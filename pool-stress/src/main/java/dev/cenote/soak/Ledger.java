package dev.cenote.soak;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The objects of one pool, counted by those who make and destroy them, and not by the pool (P1, P3). */
final class Ledger {

    final Violations violations;
    private final long createTimeoutNanos;
    private final long destroyTimeoutNanos;
    private final AtomicInteger existing = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    private final Set<Place> calls = ConcurrentHashMap.newKeySet(); // creates and destroys that are under way
    private final AtomicInteger creates = new AtomicInteger();
    private final AtomicInteger destroys = new AtomicInteger();
    private final AtomicInteger validations = new AtomicInteger();
    private final int maxDestroys;
    private volatile int bound;
    private volatile boolean mayRevoke;
    private volatile boolean isClosing;

    /** Calls of the user's code that have begun. */
    final LongAdder begun = new LongAdder();

    /** Leases that the soak got. */
    final LongAdder leases = new LongAdder();
    /** Acquires that may have got a lease that the soak does not count, since they were cancelled or failed. */
    final LongAdder unsure = new LongAdder();
    /** Leases that were dropped, and whose objects have not been destroyed yet. */
    final AtomicInteger lost = new AtomicInteger();

    Ledger(Violations violations, int bound, int maxDestroys, long createTimeoutNanos, long destroyTimeoutNanos) {
        this.violations = violations;
        this.bound = bound;
        this.maxDestroys = maxDestroys;
        this.createTimeoutNanos = createTimeoutNanos;
        this.destroyTimeoutNanos = destroyTimeoutNanos;
    }

    /** How many may exist from now on. A smaller bound holds when what was decided before it has come to an end. */
    void bound(int most) {
        bound = most;
    }

    int bound() {
        return bound;
    }

    /** From now on the pool may take back what is leased. */
    void revokes() {
        mayRevoke = true;
    }

    /** The pool is about to be closed: from now on what hangs keeps nothing from being destroyed. */
    void closes() {
        isClosing = true;
    }

    boolean mayRevoke() {
        return mayRevoke;
    }

    Place createBegins() {
        Place place = new Place();
        place.enter(createTimeoutNanos);
        calls.add(place);
        begun.increment();
        mustBeAtMost("creates", creates.incrementAndGet(), 2);
        if (existing.incrementAndGet() > bound) {
            leaveOutWhatIsInDoubt();
            int most = bound;
            int count = existing.get();
            if (count > most) {
                violations.add("P1: " + count + " objects exist where " + most + " may");
            }
        }
        return place;
    }

    /** Whether another lease may be dropped without the pool running dry. */
    boolean mayLoseOne(int size) {
        return lost.get() < size / 4;
    }

    /** What the pool has given up is among them until it returns. */
    private void mustBeAtMost(String what, int underWay, int timesTheSize) {
        int most = timesTheSize * bound;
        if (underWay > most) {
            violations.add("threads: " + underWay + " " + what + " have not returned where " + most + " may");
        }
    }

    void createFailed(Place place) {
        creates.decrementAndGet();
        calls.remove(place);
        gone(place);
    }

    Thing created(Place place) {
        creates.decrementAndGet();
        calls.remove(place);
        place.leave();
        if (place.isDoubtful) {
            gone(place);
        }
        live.incrementAndGet();
        return new Thing(this, place);
    }

    /** A validation begins, which may be the end of a create. Those on releasing threads have no bound. */
    void validationBegins(Settings settings) {
        begun.increment();
        int now = validations.incrementAndGet();
        if (!settings.validatesOnRelease()) {
            mustBeAtMost("validations", now, settings.validatesOnCreate() ? 4 : 2);
        }
    }

    void validationEnds() {
        validations.decrementAndGet();
    }

    /** A lease proves that the pool has taken the object on. */
    void isLeased(Place place) {
        if (place.countAgain()) {
            existing.incrementAndGet();
        }
    }

    /** An object is about to be detached, or that has failed. */
    void detaching(Place place, boolean isBack) {
        if (isBack) {
            isLeased(place);
            live.incrementAndGet();
        } else {
            gone(place);
            live.decrementAndGet();
        }
    }

    void destroyBegins(Thing thing) {
        if (thing.isForfeited()) {
            lost.decrementAndGet();
        }
        thing.die();
        thing.place.enter(destroyTimeoutNanos);
        thing.place.isDestroyedByPool = !thing.mayBeLate();
        calls.add(thing.place);
        begun.increment();
        if (thing.place.isDestroyedByPool) {
            int now = destroys.incrementAndGet();
            if (!isClosing) {
                mustBeAtMost("destroys", now, 2);
            }
            if (now > maxDestroys) {
                lookAtDestroys();
            }
        }
    }

    private void lookAtDestroys() {
        long now = System.nanoTime();
        long count = calls.stream()
                .filter(place -> place.isDestroyedByPool && !place.isInDoubt(now))
                .count();
        if (count > maxDestroys) {
            violations.add("threads: " + count + " objects are being destroyed where " + maxDestroys + " may");
        }
    }

    void destroyed(Thing thing) {
        if (thing.place.isDestroyedByPool) {
            destroys.decrementAndGet();
        }
        calls.remove(thing.place);
        gone(thing.place);
        live.decrementAndGet();
    }

    private void gone(Place place) {
        if (place.uncount()) {
            existing.decrementAndGet();
        }
    }

    private void leaveOutWhatIsInDoubt() {
        long now = System.nanoTime();
        for (Place place : calls) {
            if (place.isInDoubt(now)) {
                gone(place);
            }
        }
    }

    /** Objects that were made and neither destroyed nor detached. */
    int live() {
        return live.get();
    }

    /** Creates, destroys and validations that are under way. */
    int calls() {
        return calls.size() + validations.get();
    }
}
