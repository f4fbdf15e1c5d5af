package dev.cenote.pool.internal.run;

/** Remembers when the housekeeper should run, for a caller that runs it itself. For one thread at a time. */
public final class ManualAlarm implements Alarm {

    private long next;

    public ManualAlarm(long now) {
        next = now;
    }

    /** When the housekeeper should run. */
    public long next() {
        return next;
    }

    @Override
    public void noLaterThan(long instant) {
        next = Nanos.earlier(next, instant);
    }

    @Override
    public void next(long instant) {
        next = instant;
    }

    @Override
    public long lateness(long now) {
        return 0;
    }
}
