package dev.cenote.pool.internal;

import dev.cenote.pool.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told to go on. It starts so close to the end of its range that it overflows. */
public final class FakeTicker implements Ticker {

    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofMillis(500).toNanos());

    /** What happens whenever somebody asks for the time. */
    volatile Runnable beforeRead = () -> {};

    @Override
    public long nanos() {
        beforeRead.run();
        return now.get();
    }

    private final AtomicLong wall = new AtomicLong();

    @Override
    public long wallMillis() {
        return wall.get();
    }

    /** The machine sleeps: the wall clock alone goes on. */
    public void sleep(Duration time) {
        wall.addAndGet(time.toMillis());
    }

    public void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
