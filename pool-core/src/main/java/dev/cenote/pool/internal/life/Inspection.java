package dev.cenote.pool.internal.life;

import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.SafeLog;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.stats.Journal;
import dev.cenote.pool.internal.stats.Recorder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the user's code whether an object may go on, on the calling thread. What that code throws is a no. */
final class Inspection<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    private static final long TOLD_EACH_NANOS = Duration.ofMinutes(1).toNanos();

    private final PoolConfig<T> config;
    private final Journal journal;
    private final @Nullable Validator<? super T> validator;
    private final AtomicLong toldNanos; // when it was last told that user code threw

    Inspection(PoolConfig<T> config, Journal journal) {
        this.config = config;
        this.journal = journal;
        validator = config.validator();
        toldNanos = new AtomicLong(config.ticker().nanos() - TOLD_EACH_NANOS);
    }

    /** Tells whether the validator may be asked on the thread of a caller. */
    boolean isOnCaller() {
        return validator != null && validator.runsOnCaller();
    }

    /** On the thread of a caller that has leased the object: this is cheap, and is not recorded. */
    boolean isValid(T object) {
        return validator == null || succeeds("validator", Recorder.Call.NONE, () -> validator.isValid(object));
    }

    boolean isValid(Slot<T> slot, T object) {
        return validator == null
                || succeeds("validator", journal.validating(slot, false), () -> validator.isValid(object));
    }

    boolean isReset(Slot<T> slot, T object, Factory<T> factory) {
        return succeeds("reset", journal.validating(slot, true), () -> {
            factory.reset(object);
            return true;
        });
    }

    /** Asks the factory whether to try again after that failure; true if it can't tell. */
    boolean isWorthRetrying(Factory<T> by, Throwable failure) {
        try {
            return by.isWorthRetrying(failure);
        } catch (Throwable thrown) {
            try {
                LOG.warn(
                        "Pool '{}': the factory could not tell whether to try again" + Help.on("your-code-threw"),
                        config.name(),
                        thrown);
            } catch (Throwable again) {
                SafeLog.add(thrown, again);
            }
            return true;
        }
    }

    private interface UserCode {
        boolean run() throws Exception;
    }

    private boolean succeeds(String what, Recorder.Call recorded, UserCode code) {
        try {
            boolean isGood = code.run();
            recorded.ended(isGood, null);
            return isGood;
        } catch (Throwable thrown) {
            recorded.ended(false, thrown);
            try {
                tell(what, thrown);
            } catch (Throwable again) { // what comes after this look must not be left out
                SafeLog.add(thrown, again);
            }
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
    }

    /** Not each time: one that can never succeed throws for every object. */
    private void tell(String what, Throwable thrown) {
        long now = config.ticker().nanos();
        long last = toldNanos.get();
        boolean isDue = !(thrown instanceof InterruptedException)
                && Nanos.isPast(last + TOLD_EACH_NANOS, now)
                && toldNanos.compareAndSet(last, now);
        if (isDue) {
            LOG.warn(
                    "Pool '{}': the {} threw, and the object is given up; told at most once a minute"
                            + Help.on("validator-threw"),
                    config.name(),
                    what,
                    thrown);
        } else {
            LOG.debug("Pool '{}': an object is given up", config.name(), thrown);
        }
    }
}
