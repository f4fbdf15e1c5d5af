package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * User code of one kind (create, validate or destroy) on an {@link Interleaver}, which is as slow and as sick as its seed
 * says, and what came of each call. Time for which the process was frozen is no time of a call.
 */
final class SimulatedCalls {

    private static final Duration SLOW = Duration.ofMillis(800);

    /** How it behaves. */
    private enum Kind {
        INSTANT,
        QUICK,
        SLOW,
        FIRST_HANGS,
        SOME_HANG,
        ONE_OBJECT_HANGS,
        SOME_FAIL
    }

    private final SimulatedPool pool;
    private final SplittableRandom random;
    private final Kind kind;
    private final boolean isDeaf;
    private final long timeoutNanos;
    private final List<Call> calls = new ArrayList<>();
    private long frozenNanos;
    private boolean isEnding;

    /** One call. */
    final class Call {
        final @Nullable Thing thing;
        private final long beganNanos = now();
        private final long frozenBefore = frozenNanos;
        private @Nullable Long tookNanos; // null: under way
        private int frozenTimes;
        private boolean hasFailed;

        private Call(@Nullable Thing thing) {
            this.thing = thing;
        }

        boolean isUnderWay() {
            return tookNanos == null;
        }

        boolean beganBefore(long instant) {
            return beganNanos - instant < 0;
        }

        long ownNanos() {
            return tookNanos != null ? tookNanos : now() - beganNanos - (frozenNanos - frozenBefore);
        }

        boolean wasFrozen() {
            return frozenTimes > 0;
        }

        /**
         * Whether the pool may have given up on it by now. What was frozen may have had a second less than it thinks, each time: so long
         * can the housekeeper have slept anyway.
         */
        boolean mayBeGivenUp() {
            return hasRunFor(timeoutNanos);
        }

        boolean hasRunFor(long nanos) {
            return ownNanos() >= nanos - Duration.ofSeconds(frozenTimes).toNanos();
        }

        boolean hasFailed() {
            return hasFailed;
        }

        @Override
        public String toString() {
            return "a call of " + ownNanos() / 1_000_000 + " ms of at most " + timeoutNanos / 1_000_000;
        }
    }

    SimulatedCalls(SimulatedPool pool, SplittableRandom random, Duration timeout, boolean isWell) {
        this.pool = pool;
        this.random = random.split();
        kind = isWell ? Kind.INSTANT : Kind.values()[random.nextInt(Kind.values().length)];
        isDeaf = random.nextBoolean();
        timeoutNanos = Nanos.nanos(timeout);
    }

    /** Whether they may usually take long: where there is hardly another object, those of the one that hangs are most of them. */
    boolean areSlow() {
        return kind == Kind.SLOW || kind == Kind.SOME_HANG || kind == Kind.ONE_OBJECT_HANGS;
    }

    private long now() {
        return pool.test.ticker.nanos();
    }

    /** One call of it. */
    void run(@Nullable Thing thing, boolean isInPlace) throws InterruptedException {
        Call call = new Call(thing);
        calls.add(call);
        try {
            behave(call, isInPlace);
        } catch (Throwable thrown) {
            call.hasFailed = true;
            throw thrown;
        } finally {
            call.tookNanos = call.ownNanos();
        }
    }

    private void behave(Call call, boolean isInPlace) throws InterruptedException {
        Interleaver interleaver = pool.interleaver;
        interleaver.point();
        if (!interleaver.isOn() || isEnding) {
            return;
        }
        switch (kind) {
            case QUICK -> interleaver.sleep(Duration.ofMillis(random.nextInt(30)));
            case SLOW -> interleaver.sleep(Duration.ofMillis(random.nextLong(SLOW.toMillis())));
            case FIRST_HANGS -> hangIf(calls.get(0) == call, isInPlace);
            case SOME_HANG -> hangIf(random.nextInt(6) == 0, isInPlace);
            case ONE_OBJECT_HANGS -> hangIf(call.thing != null && call.thing.number == 0, isInPlace);
            case SOME_FAIL -> {
                if (random.nextInt(6) == 0) {
                    throw new IllegalStateException("it fails");
                }
            }
            default -> {}
        }
    }

    /** Until it is interrupted, or for ever; in place, where nobody may be left to interrupt it, for a few seconds. */
    private void hangIf(boolean hangs, boolean isInPlace) throws InterruptedException {
        if (!hangs) {
            return;
        }
        Thread thread = Thread.currentThread();
        long end = now() + Duration.ofSeconds(5).toNanos();
        pool.interleaver.await(() -> isEnding || (!isDeaf && thread.isInterrupted()), isInPlace ? () -> end : null);
        if (!isDeaf && Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    void freeze(long nanos) {
        frozenNanos += nanos;
        for (Call call : calls) {
            call.frozenTimes += call.isUnderWay() ? 1 : 0;
        }
    }

    /** What hangs comes back, and nothing is slow any more. */
    void end() {
        isEnding = true;
    }

    List<Call> all() {
        return calls;
    }

    /** The last call for that object; null if there was none. */
    @Nullable
    Call lastFor(Thing thing) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (calls.get(i).thing == thing) {
                return calls.get(i);
            }
        }
        return null;
    }

    long countFor(Thing thing) {
        return calls.stream().filter(call -> call.thing == thing).count();
    }

    @Override
    public String toString() {
        return kind + (isDeaf ? ", deaf" : "");
    }
}
