package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Makes {@link Thing}s, and does first what the test wrote down for the next create or destroy. */
public final class ScriptedFactory implements Factory<Thing> {

    /** A step of a script: it may block, throw, or return. */
    @FunctionalInterface
    public interface Step {
        void run() throws Throwable;
    }

    final List<Thing> made = new CopyOnWriteArrayList<>();
    private final Queue<Step> creates = new ConcurrentLinkedQueue<>();
    private final Queue<Step> destroys = new ConcurrentLinkedQueue<>();
    public volatile Step everyCreate = () -> {};
    volatile boolean isWorthRetrying = true;
    volatile boolean createsOnCaller;
    volatile Step everyDestroy = () -> {};
    final AtomicInteger creating = new AtomicInteger();
    final AtomicInteger mostCreating = new AtomicInteger();
    private final List<Existence> existing = new ArrayList<>(); // guarded by itself
    private int mostExisting; // guarded by existing
    private boolean isCounting = true; // guarded by existing
    private LongSupplier clock = () -> 0; // stands still, so that no call takes too long
    private long createNanos = 1;
    private long destroyNanos = 1;

    /** The one of a pool that is being built. */
    static ScriptedFactory of(PoolBuilder<Thing> builder) {
        return (ScriptedFactory) builder.config().factory();
    }

    /** From the beginning of a create to the end of the destroy. */
    static final class Existence {
        private long countsUntil; // if a call is under way
        private boolean isInCall;
        private boolean isForgotten;

        private void begin(long now, long nanos) {
            isInCall = true;
            countsUntil = now + nanos;
        }

        private boolean counts(long now) {
            isForgotten |= isInCall && now - countsUntil >= 0;
            return !isForgotten;
        }

        private void end(long now) {
            counts(now);
            isInCall = false;
        }
    }

    /** A call that takes so long from when it begins does not count from then on, nor does what it makes. */
    void countNoLongerThan(Ticker ticker, Duration create, Duration destroy) {
        clock = ticker::nanos;
        createNanos = create.toNanos();
        destroyNanos = destroy.toNanos();
    }

    /** The clock jumps: who is told to be late can't be known from here any more. */
    void stopCounting() {
        synchronized (existing) {
            isCounting = false;
        }
    }

    private Existence beginToExist() {
        Existence existence = new Existence();
        synchronized (existing) {
            long now = clock.getAsLong();
            existence.begin(now, createNanos);
            existing.add(existence);
            int count = (int) existing.stream().filter(it -> it.counts(now)).count();
            mostExisting = isCounting ? Math.max(mostExisting, count) : mostExisting;
        }
        return existence;
    }

    private void endToExist(Existence existence) {
        synchronized (existing) {
            existing.remove(existence);
        }
    }

    public void onNextCreate(Step step) {
        creates.add(step);
    }

    public void failNextCreate(Throwable failure) {
        onNextCreate(() -> {
            throw failure;
        });
    }

    /** Every create succeeds from now on. */
    void recover() {
        everyCreate = () -> {};
    }

    public void onNextDestroy(Step step) {
        destroys.add(step);
    }

    @Override
    public Thing create() {
        Existence existence = beginToExist();
        mostCreating.accumulateAndGet(creating.incrementAndGet(), Math::max);
        boolean isMade = false;
        try {
            run(creates.poll(), everyCreate);
            Thing thing = new Thing(made.size());
            thing.existence = existence;
            synchronized (existing) {
                existence.end(clock.getAsLong());
            }
            made.add(thing);
            isMade = true;
            return thing;
        } finally {
            creating.decrementAndGet();
            if (!isMade) {
                endToExist(existence);
            }
        }
    }

    @Override
    public void destroy(Thing thing) {
        if (thing.destroyed.incrementAndGet() != 1) {
            throw new AssertionError(thing + " is destroyed twice");
        }
        synchronized (existing) {
            thing.existence.begin(clock.getAsLong(), destroyNanos);
        }
        try {
            run(destroys.poll(), everyDestroy);
        } finally {
            endToExist(thing.existence);
        }
    }

    @Override
    public boolean createsOnCaller() {
        return createsOnCaller;
    }

    @Override
    public boolean isWorthRetrying(Throwable failure) {
        return isWorthRetrying;
    }

    /** The most that were being made, alive or being destroyed at once. */
    int mostExisting() {
        synchronized (existing) {
            return mostExisting;
        }
    }

    void forgetMostExisting() {
        synchronized (existing) {
            mostExisting = existing.size();
        }
    }

    /** A detached object is nobody's here any more. */
    void detached(Thing thing) {
        endToExist(thing.existence);
    }

    private static void run(Step scripted, Step every) {
        try {
            (scripted != null ? scripted : every).run();
        } catch (Throwable thrown) {
            throw ScriptedFactory.<RuntimeException>sneaky(thrown);
        }
    }

    @SuppressWarnings("unchecked") // so that a script can throw anything
    static <X extends Throwable> X sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
