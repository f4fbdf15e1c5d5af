package dev.cenote.pool.internal;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.PoolClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The futures of callers that wait for the pool to be warm, or empty.
 *
 * <p><b>Invariant</b> (when the lock is free): no future is pending whose state has been reached: {@link Handoff#capacityCameFree}
 * looks whenever the number of objects, or the limits, have changed.
 */
final class Milestones<T> {

    private final Engine<T> engine;
    private final List<Milestone> pending = new ArrayList<>(); // guarded by the lock

    /**
     * @param objects how many must exist; 0: none may
     * @param isTrial asked for while the breaker was open: it is to see what becomes of the next create
     */
    private record Milestone(int objects, boolean isTrial, CompletableFuture<Void> reached) {}

    Milestones(Engine<T> engine) {
        this.engine = engine;
    }

    /** A future for when so many objects exist, or for 0, for when there is none. The caller has the pool look. */
    CompletableFuture<Void> await(int objects) {
        assert engine.lock.isHeld();
        forgetCancelled();
        Milestone milestone = new Milestone(objects, engine.breaker.isOpen(), new CompletableFuture<>());
        pending.add(milestone);
        return milestone.reached;
    }

    /** How many objects must exist for the furthest that is pending. */
    int target() {
        assert engine.lock.isHeld();
        if (pending.isEmpty()) {
            return 0;
        }
        forgetCancelled();
        return pending.stream().mapToInt(this::target).reduce(0, Math::max);
    }

    /** Called not only by {@code target}: while the pool is suspended nobody asks for that. */
    private void forgetCancelled() {
        pending.removeIf(it -> it.reached.isDone());
    }

    /** How many are pending. */
    int pending() {
        assert engine.lock.isHeld();
        return pending.size();
    }

    private int target(Milestone milestone) {
        return Math.min(milestone.objects, engine.slots.limits().maxSize());
    }

    /** Completes what has been reached, and fails what was asked for before the breaker opened. */
    void changed() {
        if (pending.isEmpty()) {
            return;
        }
        end(it -> it.objects == 0 ? engine.slots.occupied() == 0 : engine.demand.existing() >= target(it), null);
        Throwable outage = !engine.breaker.isOpen() ? null : engine.breaker.lastFailure();
        if (outage != null) {
            fail(it -> !it.isTrial, outage);
        }
    }

    /** A create has failed, and the breaker is open. */
    void createFailed(Throwable cause) {
        fail(it -> true, cause);
    }

    private void fail(Predicate<Milestone> which, Throwable cause) {
        Picture picture = engine.diagnosis.picture();
        end(it -> it.objects > 0 && which.test(it), () -> new CreateFailedException(picture.stats(), cause));
    }

    void closed() {
        Picture picture = engine.diagnosis.picture();
        end(it -> it.objects > 0, () -> new PoolClosedException(picture.stats()));
    }

    /** The pool is not to become empty any more. */
    void resumed() {
        end(it -> it.objects == 0, () -> new CancellationException("the pool was resumed before it was empty"));
    }

    private void end(Predicate<Milestone> which, @Nullable Supplier<? extends Throwable> why) {
        assert engine.lock.isHeld();
        forgetCancelled();
        for (Milestone ended : List.copyOf(pending)) {
            if (which.test(ended)) {
                pending.remove(ended);
                engine.lock.complete(() -> {
                    if (why == null) {
                        ended.reached.complete(null);
                    } else {
                        ended.reached.completeExceptionally(why.get());
                    }
                });
            }
        }
    }
}
