package dev.cenote.pool.internal.jfr;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.ThreadNames;
import dev.cenote.pool.internal.stats.Recorder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.jspecify.annotations.Nullable;

/**
 * Commits the events. Until a recording is first made in this JVM it makes none, and loads no class of theirs: that would initialise
 * the flight recorder in every program that has a pool, which takes a few hundred milliseconds.
 */
final class JfrRecorder implements Recorder {

    private static final long LOOKING_ONE_IN = 100;
    private static final String UNNAMED = "#";
    private static final long RENAMED_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Set<Supplier<PoolStats>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isOn;

    /**
     * Names of threads, and when they are old: to look at all threads takes the longer the more there are, and is to take no more
     * than a hundredth of one thread's time; but a second later they are old in any case.
     */
    private record Names(ThreadNames found, long oldAtNanos, long veryOldAtNanos) {
        /** Racy on purpose: two threads may look at once. */
        static volatile Names last = look();

        static Names look() {
            long begun = System.nanoTime();
            ThreadNames found = new ThreadNames();
            found.of(0, ""); // has it look
            long ended = System.nanoTime();
            long next = ended + Math.min(RENAMED_AFTER_NANOS, LOOKING_ONE_IN * (ended - begun));
            return new Names(found, next, ended + RENAMED_AFTER_NANOS);
        }
    }

    JfrRecorder() {
        FlightRecorder.addListener(new FlightRecorderListener() {
            @Override
            public void recorderInitialized(FlightRecorder recorder) {
                isOn = true;
                FlightRecorder.addPeriodicEvent(Events.PoolStatistics.class, JfrRecorder.this::tellStatistics);
            }
        });
    }

    /** The name of a thread; its id if it has none, or has ended, or is a virtual one; nothing if there is no such thread. */
    static String name(long threadId) {
        if (threadId < 0) {
            return "";
        }
        if (threadId == 0) {
            return "(asynchronous)";
        }
        Names known = Names.last;
        String name = known.found.of(threadId, "");
        if (Nanos.isPast(name.isEmpty() ? known.oldAtNanos : known.veryOldAtNanos, System.nanoTime())) {
            known = Names.look();
            Names.last = known;
            name = known.found.of(threadId, "");
        }
        return name.isEmpty() ? UNNAMED + threadId : name;
    }

    /** The name that was found before; if none was, one more try. */
    static String name(long threadId, String before) {
        return before.startsWith(UNNAMED) ? name(threadId) : before;
    }

    static @Nullable String text(@Nullable Throwable thrown) {
        if (thrown == null) {
            return null;
        }
        try {
            return thrown.toString();
        } catch (Throwable again) { // user code
            return thrown.getClass().getName();
        }
    }

    @Override
    public Call create(String pool, int slot) {
        if (!isOn) {
            return Call.NONE;
        }
        CallEvents.Create event = new CallEvents.Create();
        event.slot = slot;
        return event.begun(pool);
    }

    @Override
    public Call validate(String pool, int slot, boolean isReset) {
        if (!isOn) {
            return Call.NONE;
        }
        CallEvents.Validate event = new CallEvents.Validate();
        event.slot = slot;
        event.isReset = isReset;
        return event.begun(pool);
    }

    @Override
    public Call destroy(String pool, DestroyReason reason) {
        if (!isOn) {
            return Call.NONE;
        }
        CallEvents.Destroy event = new CallEvents.Destroy();
        event.reason = reason.name();
        return event.begun(pool);
    }

    @Override
    public @Nullable Wait waiting() {
        if (!isOn) {
            return null;
        }
        WaitEvent event = new WaitEvent();
        return event.isEnabled() ? event : null;
    }

    @Override
    public void revoked(String pool, LeaseHolder holder, String why) {
        if (!isOn) {
            return;
        }
        Events.Revoke event = new Events.Revoke();
        if (event.isEnabled()) {
            event.pool = pool;
            event.holder = holder.who();
            event.holderId = holder.threadId();
            event.heldFor = Nanos.nanos(holder.heldFor());
            event.why = why;
            event.commit();
        }
    }

    @Override
    public void refused(String pool, @Nullable Throwable cause, int waiters) {
        if (!isOn) {
            return;
        }
        Events.Refuse event = new Events.Refuse();
        if (event.isEnabled()) {
            event.pool = pool;
            event.cause = text(cause);
            event.waiters = waiters;
            event.commit();
        }
    }

    @Override
    public Ending outage(String pool, Throwable cause) {
        if (!isOn) {
            return Ending.NONE;
        }
        Events.Outage whole = outageEvent(pool, cause);
        Events.Outage beginning = outageEvent(pool, cause);
        beginning.creates = 1;
        beginning.commit();
        whole.begin();
        return (creates, failed, timedOut, waited) -> {
            whole.isOver = true;
            whole.creates = creates;
            whole.failed = failed;
            whole.timedOut = timedOut;
            whole.waited = waited;
            whole.commit();
        };
    }

    private static Events.Outage outageEvent(String pool, Throwable cause) {
        Events.Outage event = new Events.Outage();
        event.pool = pool;
        event.cause = text(cause);
        return event;
    }

    @Override
    public Runnable opened(Supplier<PoolStats> stats) {
        open.add(stats);
        return () -> open.remove(stats);
    }

    private void tellStatistics() {
        for (Supplier<PoolStats> each : open) {
            PoolStats stats = each.get();
            Events.PoolStatistics event = new Events.PoolStatistics();
            event.pool = stats.name();
            event.maxSize = stats.maxSize();
            event.total = stats.total();
            event.idle = stats.idle();
            event.leased = stats.leased();
            event.creating = stats.creating();
            event.validating = stats.validating();
            event.retiring = stats.retiring();
            event.waiters = stats.waiters();
            event.oldestWait = Nanos.nanos(stats.oldestWait());
            event.acquired = stats.acquired();
            event.timeouts = stats.timeouts();
            event.refused = stats.refused();
            event.failed = stats.failed();
            event.created = stats.created();
            event.destroyed = stats.destroyed();
            event.creationFailures = stats.creationFailures();
            event.waitP50 = Nanos.nanos(stats.recentWaitTimes().p50());
            event.waitP99 = Nanos.nanos(stats.recentWaitTimes().p99());
            event.isFailingFast = stats.isFailingFast();
            event.isSuspended = stats.isSuspended();
            event.commit();
        }
    }
}
