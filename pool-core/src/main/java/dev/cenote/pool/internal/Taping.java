package dev.cenote.pool.internal;

import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolRecording;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.stats.ObjectListener;
import dev.cenote.pool.internal.stats.Tape;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what callers do, on request, on a {@link Tape}: who came when, waited how long, and held its lease how long.
 *
 * <p><b>States:</b> off; or on, and then either within a part of the time that is recorded ({@link Gate#RECORDED} is set), or
 * between two parts.
 *
 * <p><b>Ordering:</b> the fast path does not know of this. While RECORDED is set there are no hints, so each acquire comes by the
 * idle store or the queue, and each release sees a gate that is not open. A thread that has read its hint before notes no lease,
 * only the end of it. A thread that sees {@code running} can write: the file is open before the recording is published. The
 * leases that are out are read off the slots' words before the bit is set: so none of them is noted as beginning in the part, and
 * one that begins between the two steps is not known.
 */
final class Taping<T> implements ObjectListener {

    private static final Logger LOG = LoggerFactory.getLogger(Taping.class);
    private static final int WRITES_A_SECOND = 10;

    private final Engine<T> engine;
    private final RandomGenerator random;
    private final AtomicBoolean isTaken = new AtomicBoolean(); // there is a recording, or there is about to be one
    private volatile @Nullable Running running;

    private String name; // set before the pool is used

    Taping(Engine<T> engine, RandomGenerator random) {
        this.engine = engine;
        this.random = random;
        name = engine.config.name();
    }

    /** The pool of a key has another name in its recordings, for its own has the key in it. */
    void setName(String name) {
        this.name = name;
    }

    // --- what happens

    void leased(Grant<T> grant, long timeoutNanos) {
        Slot<T> slot = grant.slot();
        note(Tape.LEASED, slot.index, Slot.generation(grant.word()), 0, timeoutNanos);
    }

    void leased(Grant<T> grant, Waiter<T> waiter) {
        long now = engine.now();
        note(
                Tape.LEASED,
                now,
                grant.slot().index,
                Slot.generation(grant.word()),
                now - waiter.enqueuedAtNanos,
                waiter.timeoutNanos());
    }

    void released(Slot<T> slot, long leaseWord) {
        note(Tape.RELEASED, slot.index, Slot.generation(leaseWord), 0, 0);
    }

    /** A caller got nothing: {@link Tape#TIMED_OUT}, {@link Tape#REFUSED}, {@link Tape#LEFT} or {@link Tape#FAILED}. */
    void ended(char kind, Waiter<T> waiter) {
        if (isOn()) {
            long now = engine.now();
            note(kind, now, now - waiter.enqueuedAtNanos, waiter.timeoutNanos(), 0, 0);
        }
    }

    /** A caller that does not wait got nothing: its time was up at once. */
    void triedInVain() {
        note(Tape.TIMED_OUT, 0, 0, 0, 0);
    }

    @Override
    public void created(long tookNanos) {
        note(Tape.CREATED, tookNanos, 0, 0, 0);
    }

    @Override
    public void createFailed(long tookNanos) {
        note(Tape.CREATE_FAILED, tookNanos, 0, 0, 0);
    }

    @Override
    public void validated(long tookNanos) {
        note(Tape.VALIDATED, tookNanos, 0, 0, 0);
    }

    @Override
    public void validationFailed() {
        note(Tape.INVALID, 0, 0, 0, 0);
    }

    boolean isOn() {
        return engine.gate.has(Gate.RECORDED);
    }

    private void note(char kind, long first, long second, long third, long fourth) {
        if (isOn()) {
            note(kind, engine.now(), first, second, third, fourth);
        }
    }

    private void note(char kind, long now, long first, long second, long third, long fourth) {
        Running current = running;
        if (current != null) {
            current.tape.note(kind, now, first, second, third, fourth);
        }
    }

    // --- the recording

    /**
     * Begins one.
     *
     * @throws IllegalStateException if there is one already, or the pool is closed
     */
    PoolRecording begin(Path file, int oneIn) throws IOException {
        Objects.requireNonNull(file, "file must be a path, but was null");
        if (oneIn < 1) {
            throw new IllegalArgumentException("oneIn must be 1 or more, but was " + oneIn);
        }
        boolean isClosed = engine.gate.has(Gate.CLOSED);
        if (isClosed || !isTaken.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "pool '" + engine.config.name() + "' is " + (isClosed ? "closed" : "being recorded already"));
        }
        Running next = null;
        try {
            String settings = settings(name, engine.config, engine.slots.limits(), oneIn);
            next = new Running(file, new Tape(file, settings, engine.now()), oneIn);
            running = next; // a thread that sees it can write
            next.beginOrEndPart();
            engine.workers.startOwnThread(next::write);
            return next;
        } catch (IOException | RuntimeException | Error failure) {
            if (next == null) {
                isTaken.set(false);
            } else {
                next.end();
            }
            throw failure;
        }
    }

    private static String settings(String name, PoolConfig<?> config, PoolLimits limits, int oneIn) {
        return String.join(
                "\n",
                "name=" + name.replaceAll("\\p{Cntrl}", " "),
                "maxSize=" + limits.maxSize(),
                "minIdle=" + limits.minIdle(),
                "maxWaiters=" + limits.maxWaiters(),
                "acquireTimeout=" + Nanos.nanos(config.acquireTimeout()),
                "idleTimeout=" + Nanos.nanos(config.idleTimeout()),
                "maxLifetime=" + Nanos.nanos(config.maxLifetime()),
                "lifetimeJitter=" + config.lifetimeJitter(),
                "maxUses=" + config.maxUses(),
                "maxConcurrentCreates=" + config.maxConcurrentCreates(),
                "idleOrder=" + config.idleOrder(),
                "fairness=" + Nanos.nanos(config.fairness().bound()),
                "partsOneIn=" + oneIn,
                "");
    }

    /** One recording. Its thread writes, and begins and ends the parts. */
    private final class Running implements PoolRecording {
        private final Path file;
        private final Tape tape;
        private final SampledParts parts;
        private final CountDownLatch wanted = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(1);
        private final long beganNanos = engine.now();

        private final List<Grant<T>> older = new ArrayList<>(); // leases that were out when the part began

        Running(Path file, Tape tape, int oneIn) {
            this.file = file;
            this.tape = tape;
            parts = new SampledParts(oneIn, random.nextLong());
        }

        /** As the time says. What was noted during a part is written before its end is. */
        private void beginOrEndPart() throws IOException {
            long now = engine.now();
            boolean isWanted =
                    wanted.getCount() > 0 && !engine.gate.has(Gate.CLOSED) && parts.contains(now - beganNanos);
            if (isWanted && !isOn()) {
                tape.mark(Tape.BEGIN, now);
                rememberOlder();
                engine.lock.run(() -> engine.gate.set(Gate.RECORDED));
            } else if (!isWanted && isOn()) {
                endOlder(now);
                engine.lock.run(() -> engine.gate.clear(Gate.RECORDED));
                tape.write();
                tape.mark(Tape.END, now);
            }
        }

        private void rememberOlder() {
            engine.slots.forEach(slot -> {
                long word = slot.word();
                if (Slot.state(word) == Slot.LEASED) {
                    older.add(new Grant<>(slot, word));
                }
            });
        }

        /** Those that are still out end with the part, or nobody would know of them: their beginning is not in the file. */
        private void endOlder(long now) {
            for (Grant<T> lease : older) {
                long word = lease.slot().word();
                long generation = Slot.generation(lease.word());
                if (Slot.state(word) == Slot.LEASED && Slot.generation(word) == generation) {
                    tape.note(Tape.RELEASED, now, lease.slot().index, generation, 0, 0);
                }
            }
            older.clear();
        }

        private void write() {
            try {
                while (!wanted.await(1_000 / WRITES_A_SECOND, TimeUnit.MILLISECONDS) && !engine.gate.has(Gate.CLOSED)) {
                    beginOrEndPart();
                    tape.write();
                }
            } catch (InterruptedException | IOException | RuntimeException failure) {
                LOG.error(
                        "Pool '{}': its recording to {} ends" + Help.on("recording"),
                        engine.config.name(),
                        file,
                        failure);
            } finally {
                end();
            }
        }

        private void end() {
            wanted.countDown();
            try {
                try {
                    beginOrEndPart();
                } finally {
                    tape.close();
                }
            } catch (IOException failure) {
                LOG.error(
                        "Pool '{}': its recording to {} is incomplete" + Help.on("recording"),
                        engine.config.name(),
                        file,
                        failure);
            } finally {
                try {
                    engine.lock.run(() -> engine.gate.clear(Gate.RECORDED));
                } finally {
                    running = null;
                    isTaken.set(false);
                    done.countDown();
                }
            }
        }

        @Override
        public Path file() {
            return file;
        }

        @Override
        public long lost() {
            return tape.lost();
        }

        @Override
        public boolean isOpen() {
            return wanted.getCount() > 0;
        }

        @Override
        public void close() {
            wanted.countDown();
            boolean wasInterrupted = false;
            while (done.getCount() > 0) {
                try {
                    done.await();
                } catch (InterruptedException interrupt) {
                    wasInterrupted = true;
                }
            }
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
