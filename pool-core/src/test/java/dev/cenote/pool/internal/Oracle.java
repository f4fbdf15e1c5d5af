package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Looks whether the promises hold that can be seen from a pool that nobody is using at the moment. */
public final class Oracle {

    private static final long LONGEST_RELEASE_NANOS = Duration.ofSeconds(30).toNanos();

    private Oracle() {}

    /** P1, P2, P3, P5 and P15, in a pool in which no call is under way (leases may be out, and waiters may wait). */
    public static void checkQuiet(TestPool test) {
        PoolStats stats = test.pool.stats();
        Engine<Thing> engine = test.pool.engine();
        List<Slot<Thing>> idle = new ArrayList<>();
        Set<Thing> held = Collections.newSetFromMap(new IdentityHashMap<>());
        engine.lock.run(() -> engine.slots.forEach(slot -> {
            int state = slot.state();
            if (state == Slot.IDLE) {
                idle.add(slot);
            }
            if (state != Slot.EMPTY && state != Slot.CREATING) {
                Thing thing = slot.object();
                assertThat(held.add(thing)).as("P2: %s is in one slot", thing).isTrue();
                if (state != Slot.RETIRING) {
                    assertThat(thing.destroyed.get())
                            .as("P3: %s is alive", thing)
                            .isZero();
                }
            }
        }));
        checkStore(engine);
        checkNothingIsIdleBeyondTheBound(engine);
        int waiters = stats.waiters();
        if (waiters > 0 && !engine.gate.has(Gate.SUSPENDED)) {
            assertThat(idle).as("P5: nothing is idle while %d wait", waiters).isEmpty();
        }
        engine.lock.run(() -> {
            int[] in = new int[Slot.RETIRING + 1];
            engine.slots.census(in);
            assertThat(engine.demand.existing() + engine.retirement.occupying())
                    .as("P15: those that exist by their operations are those that exist by their words, %s", stats)
                    .isEqualTo(in[Slot.IDLE] + in[Slot.LEASED] + in[Slot.VALIDATING] + in[Slot.RETIRING]);
        });
        assertThat(stats.created() - stats.destroyed() - stats.detached())
                .as("P15: created - destroyed - detached = total in %s", stats)
                .isEqualTo(stats.total());
        assertThat(stats.acquired() - stats.released())
                .as("P15: acquired - released = leased in %s", stats)
                .isEqualTo(stats.leased());
        if (listens(test)) { // what is told may come a moment after it is counted
            Await.until(
                    "the listener's balance",
                    () -> test.balance.alive() == test.pool.stats().total());
        }
    }

    /** P1: after the limit was lowered nothing lies idle while more objects exist, those being destroyed left out. */
    static void checkNothingIsIdleBeyondTheBound(Engine<Thing> engine) {
        int[] inState = new int[Slot.RETIRING + 1];
        engine.slots.forEach(slot -> inState[slot.state()]++);
        int staying = IntStream.of(inState).sum() - inState[Slot.EMPTY] - inState[Slot.RETIRING];
        int maxSize = engine.slots.limits().maxSize();
        if (staying > maxSize && inState[Slot.IDLE] > 0) {
            throw new AssertionError("P1: %d idle beyond maxSize: %d exist, of at most %d"
                    .formatted(inState[Slot.IDLE], staying, maxSize));
        }
    }

    /** A worker's release makes a slot idle, and stores it a moment later, without the lock. */
    private static void checkStore(Engine<Thing> engine) {
        long begun = System.nanoTime();
        Await.until(() -> {
            boolean isStored = engine.lock.test(() -> isEveryIdleSlotStored(engine));
            assertThat(isStored || System.nanoTime() - begun < LONGEST_RELEASE_NANOS)
                    .as("P5: every idle slot is in the store")
                    .isTrue();
            return isStored;
        });
    }

    /** What is placed under the lock is idle before it is in the store. Each slot is in it at most once. */
    private static boolean isEveryIdleSlotStored(Engine<Thing> engine) {
        List<Slot<Thing>> idle = new ArrayList<>();
        engine.slots.forEach(slot -> {
            if (slot.state() == Slot.IDLE) {
                idle.add(slot);
            }
        });
        Set<Slot<Thing>> stored = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Slot<Thing>> polled = new ArrayList<>();
        for (Slot<Thing> slot = engine.idle.pop(); slot != null; slot = engine.idle.pop()) {
            assertThat(stored.add(slot)).as("%s is in the store once", slot).isTrue();
            polled.add(slot);
        }
        Collections.reverse(polled);
        polled.forEach(engine.idle::push);
        return stored.containsAll(idle);
    }

    /** P1, P3 and P12, in a pool that is closed. */
    public static void checkClosed(TestPool test, List<Thing> detached) {
        for (Throwable bug : RecordedLog.bugs()) {
            throw new AssertionError("the pool went on after what can't happen", bug);
        }
        PoolStats stats = test.pool.stats();
        assertThat(stats.total() + stats.creating())
                .as("P12: nothing is left in %s", stats)
                .isZero();
        assertThat(stats.waiters()).as("P12: nobody waits").isZero();
        assertThat(stats.leased()).as("P12: no lease is live").isZero();
        for (Thing thing : test.factory.made) {
            boolean isDetached = detached.stream().anyMatch(it -> it == thing);
            // An object that came too late, even for the close, is destroyed by the thread that made it.
            Await.until(() -> isDetached || thing.destroyed.get() > 0);
            assertThat(thing.destroyed.get())
                    .as("P3: %s is destroyed once", thing)
                    .isEqualTo(isDetached ? 0 : 1);
        }
        if (listens(test)) {
            Await.until(
                    "P15: each birth and each death is told once",
                    () -> test.balance.made.get() == test.factory.made.size()
                            && test.balance.detached.get() == detached.size()
                            && test.balance.alive() == 0);
        }
        checkNoThreadIsLeft(test.name);
    }

    private static boolean listens(TestPool test) {
        return test.pool.config().listener() == test.balance;
    }

    static void checkNoThreadIsLeft(String poolName) {
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("cenote-" + poolName + "-")));
    }
}
