package dev.cenote.soak;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Faults of the user's code, at a rate, while they are on. */
final class Faults {

    /** Of all that is thrown on purpose. */
    static final String MESSAGE = "soak";

    final Tally tally = new Tally();
    private final double rate;
    private volatile boolean isOn = true;

    Faults(double rate) {
        this.rate = rate;
    }

    void turn(boolean on) {
        isOn = on;
    }

    /** Whether this call, or operation, is to have a fault. */
    boolean isDue() {
        return isOn && ThreadLocalRandom.current().nextDouble() < rate;
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
        boolean isDeaf = ThreadLocalRandom.current().nextBoolean();
        tally.count(where + (isDeaf ? " hangs, deaf to interrupts" : " hangs"));
        long end = System.nanoTime() + timeoutNanos + timeoutNanos / 2;
        for (long left = timeoutNanos; left > 0; left = end - System.nanoTime()) {
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
