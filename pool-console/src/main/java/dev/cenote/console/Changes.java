package dev.cenote.console;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolStats;
import java.util.Locale;
import java.util.function.BiConsumer;

/** What happened to a pool between two looks, in words. */
final class Changes {

    private static final String BAD = "bad";
    private static final String GOOD = "good";
    private static final String NEUTRAL = "";

    private final BiConsumer<String, String> note;

    private Changes(BiConsumer<String, String> note) {
        this.note = note;
    }

    /**
     * Tells what has happened.
     *
     * @param note receives the kind of each event, and the event
     */
    static void between(PoolStats before, PoolStats now, BiConsumer<String, String> note) {
        new Changes(note).tell(before, now);
    }

    private void tell(PoolStats before, PoolStats now) {
        count(NEUTRAL, now.created() - before.created(), "created");
        for (DestroyReason reason : DestroyReason.values()) {
            count(
                    NEUTRAL,
                    now.destroyed(reason) - before.destroyed(reason),
                    "destroyed: " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        count(NEUTRAL, now.detached() - before.detached(), "detached");
        count(BAD, now.creationFailures() - before.creationFailures(), "could not be made");
        count(BAD, now.validationFailures() - before.validationFailures(), "failed a validation or reset");
        callers(now.timeouts() - before.timeouts(), "timed out");
        callers(now.refused() - before.refused(), "refused: the queue is full");
        callers(now.failed() - before.failed(), "failed: no object can be made");
        count(BAD, now.leaks() - before.leaks(), "reported as leaked");
        turned(
                before.isFailingFast(),
                now.isFailingFast(),
                BAD,
                "callers fail at once: creates go on failing",
                GOOD,
                "callers wait again: an object was made");
        turned(before.isSuspended(), now.isSuspended(), BAD, "suspended", GOOD, "resumed");
        turned(before.isClosed(), now.isClosed(), BAD, "closed", GOOD, "");
        if (hasOtherLimits(before, now)) {
            note.accept(
                    NEUTRAL,
                    "limits: maxSize " + now.maxSize() + ", minIdle " + now.minIdle() + ", maxWaiters "
                            + now.maxWaiters());
        }
    }

    static boolean hasOtherLimits(PoolStats before, PoolStats now) {
        return before.maxSize() != now.maxSize()
                || before.minIdle() != now.minIdle()
                || before.maxWaiters() != now.maxWaiters();
    }

    private void count(String kind, long many, String what) {
        if (many > 0) {
            note.accept(kind, many + (many == 1 ? " object " : " objects ") + what);
        }
    }

    private void callers(long many, String what) {
        if (many > 0) {
            note.accept(BAD, many + (many == 1 ? " caller " : " callers ") + what);
        }
    }

    private void turned(boolean before, boolean now, String kindOn, String on, String kindOff, String off) {
        if (before != now) {
            note.accept(now ? kindOn : kindOff, now ? on : off);
        }
    }
}
