package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * P14: an operation covers one waiter, and none once it is slow. So while more wait than operations are fresh, nothing
 * lies idle, and where creates work and there is room, as many are under way as may be. An operation counts as fresh here
 * for longer than the engine may count it: by the waiter that has least time, whomever it was begun for.
 */
final class HelpCheck {

    /** So often the housekeeper looks whether there are enough idle ones, twice. */
    private static final Duration LONGEST_TICK = Duration.ofSeconds(2);

    private final SimulatedPool pool;
    private final SimulatedCalls creates;
    private final SimulatedCalls looks; // which a create ends with, perhaps
    private final SimulatedCalls destroys; // which a create that comes too late ends with
    private final UnaryOperator<Duration> slowAfter;
    private long slowAfterNanos; // for those that wait now
    private final List<Operation> operations = new ArrayList<>(); // by the index of the slot
    private @Nullable Long outdatedNanos; // when what was being made was last no longer wanted
    private boolean isOutdating;
    private boolean isFactoryWell = true;
    private long failedNanos;
    private @Nullable Long shortSinceNanos; // since when there is less than minIdle, and nothing begins
    private long lastBegunNanos;
    private long lastWithoutIdleNanos;

    private static final class Operation {
        int state = Slot.EMPTY;
        long sinceNanos;
    }

    /** @param slowAfter after how long an operation certainly is slow for a caller that waits for so long at most */
    HelpCheck(
            SimulatedPool pool,
            SimulatedCalls creates,
            SimulatedCalls looks,
            SimulatedCalls destroys,
            UnaryOperator<Duration> slowAfter) {
        this.destroys = destroys;
        this.pool = pool;
        this.looks = looks;
        this.creates = creates;
        this.slowAfter = slowAfter;
    }

    private long now() {
        return pool.test.ticker.nanos();
    }

    /** A success is news of the factory only if its create began after the last failure, and for the factory of now. */
    void noteCreated(Duration took) {
        long began = now() - took.toNanos();
        Long outdated = outdatedNanos;
        isFactoryWell |= began - failedNanos > 0 && (outdated == null || began - outdated > 0);
        restart();
    }

    void noteCreateFailed() {
        isFactoryWell = false;
        failedNanos = now();
        restart(); // a slot may have been given up, and reserved again in one section
    }

    void beginOutdating() {
        outdatedNanos = now();
        isOutdating = true;
    }

    void endOutdating() {
        isOutdating = false;
        restart();
    }

    private void restart() {
        operations.stream().filter(it -> it.state == Slot.CREATING).forEach(it -> it.sinceNanos = now());
    }

    void freeze(long nanos) {
        operations.forEach(it -> it.sinceNanos += nanos);
        lastBegunNanos += nanos;
        shortSinceNanos = null;
    }

    /** Before the first look. */
    void begin() {
        lastBegunNanos = now();
        lastWithoutIdleNanos = now();
    }

    /** Notes what has begun; whoever gives back the lock calls it. */
    void look() {
        int[] idle = new int[1];
        Set<Integer> gone = new HashSet<>();
        for (int i = 0; i < operations.size(); i++) {
            gone.add(i);
        }
        pool.engine().slots.forEach(slot -> {
            gone.remove(slot.index);
            while (operations.size() <= slot.index) {
                operations.add(new Operation());
            }
            Operation operation = operations.get(slot.index);
            int state = slot.state();
            idle[0] += state == Slot.IDLE ? 1 : 0;
            if (operation.state != state) {
                operation.state = state;
                operation.sinceNanos = now();
                lastBegunNanos = isOperation(state) ? now() : lastBegunNanos;
            }
        });
        gone.forEach(index -> operations.get(index).state = Slot.EMPTY);
        lastWithoutIdleNanos = idle[0] == 0 ? now() : lastWithoutIdleNanos;
    }

    private static boolean isOperation(int state) {
        return state == Slot.CREATING || state == Slot.VALIDATING;
    }

    private int fresh(int state) {
        long now = now();
        return (int) operations.stream()
                .filter(it -> it.state == state && now - it.sinceNanos < slowAfterNanos)
                .count();
    }

    /** For how long objects have lain idle while nothing began. */
    Duration silence() {
        return Duration.ofNanos(Math.min(now() - lastBegunNanos, now() - lastWithoutIdleNanos));
    }

    /** Looks while nobody can go on. Returns what is wrong, or an empty text. */
    String whatIsWrong() {
        Engine<Thing> engine = pool.engine();
        int[] inState = new int[Slot.RETIRING + 1];
        engine.slots.forEach(slot -> inState[slot.state()]++);
        int[] sizes = new int[2];
        boolean[] isProbing = new boolean[1];
        engine.lock.run(() -> {
            sizes[0] = engine.queue.size();
            sizes[1] = engine.slots.room();
            isProbing[0] = engine.breaker.isFailing();
            slowAfterNanos = slowAfter
                    .apply(Duration.ofNanos(engine.queue.leastPatience()))
                    .toNanos();
        });
        int waiters = sizes[0];
        int room = sizes[1];
        long createTimeout = Nanos.nanos(engine.config.createTimeout());
        int stale = (int) Stream.concat(
                        creates.all().stream().filter(call -> call.hasRunFor(createTimeout)),
                        looks.all().stream().filter(call -> call.hasRunFor(createTimeout) || isInNoSlot(call)))
                .filter(SimulatedCalls.Call::isUnderWay)
                .count();
        long destroying =
                destroys.all().stream().filter(SimulatedCalls.Call::isUnderWay).count();
        stale += (int) Math.max(0, destroying - inState[Slot.RETIRING]); // on the threads of creates that came too late
        int slowOrOutdated = (int) creates.all().stream().filter(this::isStale).count();
        int creating = Math.min(fresh(Slot.CREATING), Math.max(0, inState[Slot.CREATING] - slowOrOutdated));
        int called = (int) creates.all().stream()
                .filter(call -> call.isUnderWay() && !call.hasRunFor(slowAfterNanos) && !isOutdated(call))
                .count(); // perhaps in a slot that was given back and reserved again in one section
        creating = Math.max(creating, Math.min(called, inState[Slot.CREATING]));
        int uncovered = waiters - creating - fresh(Slot.VALIDATING);
        String picture =
                "%d wait, %d are idle, %d could be made, %d are being made, %d of them freshly, %d validated, %d freshly"
                        .formatted(
                                waiters,
                                inState[Slot.IDLE],
                                room,
                                inState[Slot.CREATING],
                                creating,
                                inState[Slot.VALIDATING],
                                fresh(Slot.VALIDATING));
        if (engine.gate.has(Gate.HELD_BACK)) {
            return ""; // for some milliseconds; silence() tells if it is longer
        }
        boolean[] mayCheck = new boolean[1];
        engine.lock.run(() -> mayCheck[0] = engine.validation.mayBegin());
        // Where no check may begin, an idle object is replaced; while one is on its way out, its place is help enough.
        boolean isAnyReplaced = !mayCheck[0] && inState[Slot.RETIRING] >= uncovered;
        if (uncovered > 0 && inState[Slot.IDLE] > 0 && !isAnyReplaced) {
            return "F61: no check begins: " + picture;
        }
        int maxConcurrent = engine.config.maxConcurrentCreates();
        boolean mayCreate = isFactoryWell && !isProbing[0] && !isOutdating && room > 0 && stale < maxSize();
        if (uncovered > 0 && mayCreate && creating < maxConcurrent) {
            boolean isOld = creates.all().stream().anyMatch(this::isOutdated);
            return (isOld ? "F66" : "F61") + ": no create begins: " + picture;
        }
        int ready = inState[Slot.IDLE] + inState[Slot.VALIDATING];
        boolean isShort = mayCreate
                && inState[Slot.CREATING] == 0
                && ready < engine.slots.limits().minIdle();
        if (!isShort) {
            shortSinceNanos = null;
            return "";
        }
        long since = shortSinceNanos != null ? shortSinceNanos : now();
        shortSinceNanos = since;
        return now() - since > LONGEST_TICK.toNanos() ? "P14: below minIdle, and no create begins: " + picture : "";
    }

    /** A create that looks at what it made counts from its own beginning: it may have been given up before the look is old. */
    private boolean isInNoSlot(SimulatedCalls.Call look) {
        boolean[] isIn = new boolean[1];
        pool.engine().slots.forEach(slot -> isIn[0] |= slot.objectIfAny() == look.thing);
        return !isIn[0];
    }

    private int maxSize() {
        return pool.engine().slots.limits().maxSize();
    }

    private boolean isOutdated(SimulatedCalls.Call create) {
        Long outdated = outdatedNanos;
        return outdated != null && create.isUnderWay() && !create.mayBeGivenUp() && create.beganBefore(outdated);
    }

    private boolean isStale(SimulatedCalls.Call create) {
        return isOutdated(create)
                || (create.isUnderWay() && !create.mayBeGivenUp() && create.ownNanos() >= slowAfterNanos);
    }
}
