package dev.cenote.latency;

import dev.cenote.peers.Peer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** All the callers of one pool, and what they cost and wait. */
final class Load {

    /** Recorders at the most; beyond, callers share them. */
    private static final int STRIPES = 64;
    /** How long after an acquire's time-out a caller has to be back. */
    private static final long GRACE_MILLIS = 10_000;

    private static final long INTERVAL_NANOS = 100_000_000;
    private static final int INTERVALS_PER_NEWS = 5;

    private final Settings settings;
    private final Schedule schedule;
    private final WaitLog log;
    private final News news;
    private final List<Caller.Recorders> recorders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Caller.Tally[] tallies;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch costsAreTaken = new CountDownLatch(1);
    private final Histogram intervalWaits = Caller.newHistogram();
    private final Histogram intervalOversleeps = Caller.newHistogram();
    private final Histogram scratch = Caller.newHistogram();
    private long intervalBeginMillis;

    /** Hears how far it is. */
    interface News {

        /**
         * @param part of the whole time that has passed
         * @param waits of the last half second, or less
         * @param seconds how long they took; not a number while warming up
         */
        void tell(double part, Histogram waits, double seconds);
    }

    /** What came of it. */
    record Result(double processors, double switchesPerSecond, List<Caller.Tally> tallies) {}

    Load(Settings settings, Peer peer, WaitLog log, News news) {
        this.settings = settings;
        this.log = log;
        this.news = news;
        schedule = Schedule.of(settings, System.nanoTime());
        tallies = new Caller.Tally[settings.threads()];
        for (int i = 0; i < Math.min(STRIPES, settings.threads()); i++) {
            recorders.add(Caller.Recorders.create());
        }
        Work work = Work.of(settings);
        for (int i = 0; i < settings.threads(); i++) {
            int number = i;
            Caller caller = new Caller(
                    i,
                    schedule,
                    Time.SYSTEM,
                    peer,
                    work,
                    settings.timeoutMillis(),
                    recorders.get(i % recorders.size()));
            threads.add(Threads.start(settings.isVirtual(), () -> call(number, caller)));
        }
    }

    private void call(int number, Caller caller) {
        try {
            tallies[number] = caller.run(() -> failure.get() != null);
            costsAreTaken.await(); // the system forgets the context switches of a thread that has ended
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Waits until it is over. */
    Result await() throws Exception {
        rehearse();
        Time.SYSTEM.sleepUntil(schedule.from());
        Costs before = Costs.now();
        intervalBeginMillis =
                System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - schedule.from());
        recordIntervals();
        Costs after = Costs.now();
        costsAreTaken.countDown();
        join();
        recordInterval(); // the last waits ended after the time
        return new Result(after.processorsSince(before), after.switchesPerSecondSince(before), List.of(tallies));
    }

    /**
     * Until the warm-up is over, does all that is done later, and with the callers' own recorders: the first time that a
     * recorder is read sends those who write to it another way, which their compiled code would not know.
     */
    private void rehearse() throws IOException {
        try (WaitLog nowhere = new WaitLog(OutputStream.nullOutputStream())) {
            for (long next = schedule.begin(); next - schedule.from() < 0 && failure.get() == null; ) {
                Time.SYSTEM.sleepUntil(next);
                Costs.now();
                readRecorders(Schedule.WARM_UP);
                nowhere.add(intervalWaits, intervalOversleeps, 0, 1);
                news.tell(partPassed(), intervalWaits, Double.NaN);
                next = Math.max(next, System.nanoTime()) + INTERVAL_NANOS;
            }
        }
    }

    private double partPassed() {
        return Math.min(1, (double) (System.nanoTime() - schedule.begin()) / (schedule.to() - schedule.begin()));
    }

    private void recordIntervals() {
        Histogram lately = Caller.newHistogram();
        long latelyBegin = System.nanoTime();
        long end = schedule.from();
        for (int i = 1; end - schedule.to() < 0 && failure.get() == null; i++) {
            end = Math.min(end + INTERVAL_NANOS, schedule.to());
            Time.SYSTEM.sleepUntil(end);
            recordInterval();
            lately.add(intervalWaits);
            if (i % INTERVALS_PER_NEWS == 0) {
                news.tell(partPassed(), lately, (System.nanoTime() - latelyBegin) / 1e9);
                lately.reset();
                latelyBegin = System.nanoTime();
            }
        }
    }

    private void recordInterval() {
        long now = System.currentTimeMillis();
        readRecorders(Schedule.RECORDED);
        log.add(intervalWaits, intervalOversleeps, intervalBeginMillis, now);
        intervalBeginMillis = now;
    }

    /** Makes no garbage: a collection would hold up all callers of a pool that makes none itself. */
    private void readRecorders(int part) {
        intervalWaits.reset();
        intervalOversleeps.reset();
        for (Caller.Recorders each : recorders) {
            add(each.waits().get(part), intervalWaits);
            add(each.oversleeps().get(part), intervalOversleeps);
        }
    }

    private void add(Recorder recorder, Histogram sum) {
        recorder.getIntervalHistogramInto(scratch);
        sum.add(scratch);
    }

    private void join() throws InterruptedException {
        endIfFailed(); // who failed has kept its item, so others may wait for it until their time is up
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.timeoutMillis() + GRACE_MILLIS);
        int missing = 0;
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            missing += thread.isAlive() ? 1 : 0;
        }
        endIfFailed();
        if (missing > 0) {
            throw new IllegalStateException(missing + " of " + threads.size() + " callers hang in the pool");
        }
    }

    private void endIfFailed() {
        if (failure.get() != null) {
            throw new IllegalStateException("a turn failed", failure.get());
        }
    }
}
