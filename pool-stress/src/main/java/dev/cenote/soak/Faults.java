package dev.cenote.soak;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Faults of the user's code, at a rate, while they are on. */
final class Faults {

    /** Of all that is thrown on purpose. */
    static final String MESSAGE = "soak";

    private static final long RECENTLY_NANOS = TimeUnit.SECONDS.toNanos(1);

    final Tally tally = new Tally();
    private final double rate;
    /** The thread that changes and closes the pools: it is not to be interrupted. */
    private final Thread conductor = Thread.currentThread();

    private volatile boolean isOn = true;
    private volatile Spell spell = new Spell("nothing", System.nanoTime());
    private final AtomicInteger hanging = new AtomicInteger();
    private final AtomicInteger hangingValidators = new AtomicInteger();
    private volatile long hungAtNanos = System.nanoTime() - RECENTLY_NANOS;

    /** A time in which each call of one kind hangs, as it does where a network is cut off. */
    private record Spell(String where, long endNanos) {}

    Faults(double rate) {
        this.rate = rate;
    }

    void turn(boolean on) {
        isOn = on;
    }

    /** Whether this call, or operation, is to have a fault. */
    boolean isDue() {
        return isDue(1);
    }

    /** Likewise, for what is to have a fault so many times as often. */
    boolean isDue(double times) {
        return isOn && ThreadLocalRandom.current().nextDouble() < rate * times;
    }

    /** One of two, at random. */
    boolean coin() {
        return ThreadLocalRandom.current().nextBoolean();
    }

    /** Each call of that kind hangs from now on, until so much time has passed; none if there are to be no faults. */
    void hangAll(String where, long nanos) {
        if (rate > 0) {
            spell = new Spell(where, System.nanoTime() + nanos);
            tally.count("each " + where + " hangs for a while");
        }
    }

    /** Tells whether each call of some kind hangs now. */
    boolean isHangingAnything() {
        return isHangingAll(spell.where);
    }

    /** Tells whether each call of that kind hangs now. */
    boolean isHangingAll(String where) {
        Spell now = spell;
        return isOn && now.where.equals(where) && System.nanoTime() - now.endNanos < 0;
    }

    /** Tells whether a call hangs, or did so a moment ago. */
    boolean hasHungRecently() {
        return hanging.get() > 0 || System.nanoTime() - hungAtNanos < RECENTLY_NANOS;
    }

    /** One of the throwables that user code throws. */
    private enum Thrown {
        EXCEPTION(() -> new Exception(MESSAGE)),
        RUNTIME_EXCEPTION(() -> new IllegalStateException(MESSAGE)),
        INTERRUPTED(() -> new InterruptedException(MESSAGE)),
        STACK_OVERFLOW(() -> new StackOverflowError(MESSAGE)),
        OUT_OF_MEMORY(() -> new OutOfMemoryError(MESSAGE)),
        NO_CLASS(() -> new NoClassDefFoundError(MESSAGE)),
        ASSERTION(() -> new AssertionError(MESSAGE));

        final Supplier<Throwable> maker;

        Thrown(Supplier<Throwable> maker) {
            this.maker = maker;
        }
    }

    /** Throws whatever user code may throw. */
    void raise(String where) throws Exception {
        Thrown[] all = Thrown.values();
        Thrown thrown = all[ThreadLocalRandom.current().nextInt(all.length)];
        if (thrown == Thrown.INTERRUPTED && Thread.currentThread() == conductor) {
            thrown = Thrown.EXCEPTION; // in place; the pool would keep the interrupt for its caller
        }
        tally.count(where + " throws " + thrown.name().toLowerCase(java.util.Locale.ROOT));
        Throwable what = thrown.maker.get();
        if (what instanceof Error error) {
            throw error;
        }
        throw (Exception) what;
    }

    /** Takes a few milliseconds. */
    void beSlow(String where) throws InterruptedException {
        tally.count(where + " is slow");
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1, 20));
    }

    /** Takes longer than the pool waits; half of the time it does not listen to interrupts. */
    void hang(String where, long timeoutNanos) throws InterruptedException {
        boolean isDeaf = coin();
        tally.count(where + (isDeaf ? " hangs, deaf to interrupts" : " hangs"));
        long now = System.nanoTime();
        long nanos = timeoutNanos + timeoutNanos / 2;
        hanging.incrementAndGet();
        try {
            sleep(isDeaf, now + (isHangingAll(where) ? Math.max(nanos, spell.endNanos - now) : nanos));
        } finally {
            hungAtNanos = System.nanoTime();
            hanging.decrementAndGet();
        }
    }

    /** See {@link #hang}. */
    void hangInValidator(long timeoutNanos) throws InterruptedException {
        if (hangingValidators.incrementAndGet() >= 3) {
            tally.count("validator hangs beside two others");
        }
        try {
            hang("validator", timeoutNanos);
        } finally {
            hangingValidators.decrementAndGet();
        }
    }

    private static void sleep(boolean isDeaf, long end) throws InterruptedException {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.sleep(left);
            } catch (InterruptedException interrupt) {
                if (!isDeaf) {
                    throw interrupt;
                }
            }
        }
    }
}
