package dev.cenote.pool.internal.life;

import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.run.Nanos;
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
    private final @Nullable Validator<? super T> validator;
    private final AtomicLong toldNanos; // when it was last told that user code threw

    Inspection(PoolConfig<T> config) {
        this.config = config;
        validator = config.validator();
        toldNanos = new AtomicLong(config.ticker().nanos() - TOLD_EACH_NANOS);
    }

    /** Tells whether the validator may be asked on the thread of a caller. */
    boolean isOnCaller() {
        return validator != null && validator.runsOnCaller();
    }

    boolean isValid(T object) {
        return validator == null || succeeds("validator", () -> validator.isValid(object));
    }

    boolean isReset(T object, Factory<T> factory) {
        return succeeds("reset", () -> {
            factory.reset(object);
            return true;
        });
    }

    private interface UserCode {
        boolean run() throws Exception;
    }

    private boolean succeeds(String what, UserCode code) {
        try {
            return code.run();
        } catch (Throwable thrown) {
            tell(what, thrown);
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
                    "Pool '{}': the {} threw, and the object is given up; told at most once a minute",
                    config.name(),
                    what,
                    thrown);
        } else {
            LOG.debug("Pool '{}': an object is given up", config.name(), thrown);
        }
    }
}
