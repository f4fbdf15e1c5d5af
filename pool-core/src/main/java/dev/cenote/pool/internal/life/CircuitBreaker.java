package dev.cenote.pool.internal.life;

import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Nanos;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of a pool's creates: it alone knows that they fail, when the next one may begin, and whether callers
 * should wait for it. Michael Nygard, "Release It!", 2007, has the pattern; here it goes by time, not by a count.
 *
 * <p><b>States:</b> well → failing (a create has failed) → open (creates have failed continuously for {@code failFastAfter},
 * or the factory says that trying again is of no use). From each the next success leads back to well. A pool that has
 * never made an object has {@code openTimeout} instead of {@code failFastAfter}.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>While it is failing or open one create at a time is begun, the probe, and only when {@link #mayTry}: a random part
 *       of a back-off after the last failure. The back-off doubles from one round of failures to the next ("full
 *       jitter", see {@link Nanos#fullJitter}). Creates that were under way together are one round.
 *   <li>P21: while it is open, a caller that nothing else can serve is refused with the last failure. One caller is excepted: the
 *       one that comes when a try is due. A refused caller is owed a probe, which the alarm begins, so that the return of the
 *       server is noticed within the longest back-off though nobody waits.
 *   <li>P14: while a failure keeps back a create that is wanted, the alarm is set for the next try ({@link #isRetrySet}),
 *       unless only callers may cause tries ({@link #isLeftToCallers}).
 * </ol>
 */
public final class CircuitBreaker {

    private static final int MOST_DOUBLINGS = 40;

    private final Alarm alarm;
    private final RandomGenerator random;
    private final long openAfterNanos;
    private final long openAfterAtFirstNanos;
    private final long firstBackoffNanos;
    private final long longestBackoffNanos;
    private BooleanSupplier isProbing = () -> false; // set before the pool is used
    private BooleanSupplier isWanted = () -> false; // set before the pool is used
    private Runnable whenForgotten = () -> {}; // set before the pool is used

    // Guarded by the pool's lock.
    private boolean hasSucceeded; // with any factory
    private boolean isProven; // with the present factory
    /** One more than the back-off has doubled since the last success; 0: the last create succeeded. */
    private int doublings;

    private boolean hasFailed; // since the last success; a create that was interrupted does not count
    private boolean isOpen;
    private boolean isLeftToCallers;
    private boolean isAskedFor;
    private boolean isProbeOwed;
    private boolean isRetrySet;
    private long failingSinceNanos;
    private long failedAtNanos; // last
    private int round; // of failures and successes, ever
    private int newsFrom; // a create that began before this round tells nothing new if it fails
    private long retryAtNanos;
    private @Nullable Throwable lastFailure;

    public CircuitBreaker(PoolConfig<?> config, Alarm alarm, RandomGenerator random) {
        this.alarm = alarm;
        this.random = random;
        openAfterNanos = Nanos.nanos(config.failFastAfter());
        openAfterAtFirstNanos = Nanos.nanos(config.openTimeout());
        firstBackoffNanos = Nanos.nanos(config.firstBackoff());
        longestBackoffNanos = Nanos.nanos(config.longestBackoff());
    }

    /**
     * @param isProbing whether a create is under way that may bring an object in time, or no further probe may begin
     * @param isWanted whether somebody waits, or a create is under way, however slow
     * @param whenForgotten runs when an outage is forgotten, since no caller has asked for an object for long
     */
    void setProbes(BooleanSupplier isProbing, BooleanSupplier isWanted, Runnable whenForgotten) {
        this.isProbing = isProbing;
        this.isWanted = isWanted;
        this.whenForgotten = whenForgotten;
    }

    // --- what has become of creates

    /** Tells whether it is the first create of the pool that has succeeded. */
    boolean succeeded() {
        boolean isFirst = !hasSucceeded;
        hasSucceeded = true;
        isProven = true;
        round++;
        newsFrom = round;
        forget();
        return isFirst;
    }

    void factoryReplaced() {
        isProven = false;
        forget();
    }

    /** What failed so far tells nothing of what comes. */
    void forget() {
        doublings = 0;
        hasFailed = false;
        isOpen = false;
        isLeftToCallers = false;
        isProbeOwed = false;
        isRetrySet = false;
        lastFailure = null;
    }

    /**
     * A create has failed.
     *
     * @param round what {@link #tries} said when it began
     * @param isWorthRetrying false if only callers should cause tries
     * @return whether that says more than the last success does
     */
    boolean failed(Throwable cause, boolean isWorthRetrying, int round, long now) {
        boolean isNews = isNews(round);
        if (isNews) {
            if (!hasFailed) {
                hasFailed = true;
                failingSinceNanos = now;
            }
            noteFailure(cause, round, now);
            failedAtNanos = now;
            isLeftToCallers = !isWorthRetrying;
            look(now);
        }
        return isNews;
    }

    /** A create was ended by the owner of its thread: the next one waits for a moment, but no caller is refused for that. */
    void interrupted(Throwable cause, int round, long now) {
        if (isNews(round)) {
            noteFailure(cause, round, now);
        }
    }

    /** Tells whether a create that began then says more than the last success does. */
    private boolean isNews(int round) {
        return round - newsFrom >= 0;
    }

    private void noteFailure(Throwable cause, int round, long now) {
        lastFailure = cause;
        if (round == this.round || !isFailing()) {
            this.round++;
            backOff(now);
        }
    }

    /** The probe takes so long that the next one should not wait for its end. */
    void probeIsSlow(long now) {
        if (isFailing()) {
            backOff(now);
            look(now);
        }
    }

    private void backOff(long now) {
        long longest = Math.min(longestBackoffNanos, doubled(firstBackoffNanos, doublings));
        doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
        retryAtNanos = now + Nanos.fullJitter(longest, random);
        isRetrySet = false;
    }

    private static long doubled(long length, int times) {
        return length > Nanos.FOREVER >> times ? Nanos.FOREVER : length << times;
    }

    /**
     * Opens if creates have failed for long enough; else sees to it that somebody looks again in time. One failure long ago, after
     * which nobody needed a create, is no outage.
     */
    public void look(long now) {
        if (hasFailed && !isOpen) {
            long opensAtNanos = opensAtNanos();
            isOpen = isLeftToCallers || (Nanos.isPast(opensAtNanos, now) && goesOn(opensAtNanos));
            if (!isOpen && !Nanos.isPast(opensAtNanos, now)) {
                alarm.noLaterThan(opensAtNanos);
            }
        }
    }

    private boolean goesOn(long opensAtNanos) {
        return isWanted.getAsBoolean() || isProbeOwed || Nanos.isPast(opensAtNanos, failedAtNanos);
    }

    private long opensAtNanos() {
        return failingSinceNanos + (hasSucceeded ? openAfterNanos : openAfterAtFirstNanos);
    }

    /** Tells whether the factory has made an object, and so is likely to make more. */
    public boolean isProven() {
        return isProven;
    }

    // --- the next try

    /** Tells whether the last create failed, so that one at a time is tried. */
    public boolean isFailing() {
        return doublings > 0;
    }

    /** Tells whether a create that is wanted may begin. If not, it sets the alarm for when it may. */
    boolean mayTry(long now) {
        if (!isFailing()) {
            return true;
        }
        if (isLeftToCallers && !isAskedFor) {
            return false;
        }
        if (isBackingOff(now)) {
            alarm.noLaterThan(retryAtNanos);
            isRetrySet = true;
            return false;
        }
        return true;
    }

    /** A create begins. Returns the round of failures that it belongs to if it fails. */
    int tries(long now) {
        isProbeOwed = false;
        isAskedFor = false;
        isRetrySet = false;
        if (isFailing() && !isLeftToCallers && now - retryAtNanos > Math.max(openAfterNanos, longestBackoffNanos)) {
            Throwable failure = lastFailure;
            forget(); // nobody has asked for so long that this may be another outage
            lastFailure = failure;
            whenForgotten.run();
        }
        return round;
    }

    /**
     * A caller, which came at that instant, wants an object that is not there. A caller that came before the last failure causes
     * no new try.
     */
    public void ask(long now) {
        isAskedFor |= !hasFailed || now - failedAtNanos >= 0;
        look(now);
    }

    private boolean isBackingOff(long now) {
        return !Nanos.isPast(retryAtNanos, now);
    }

    /** Tells whether the alarm is set for the next try, which may be due this moment. */
    public boolean isRetrySet() {
        return isFailing() && isRetrySet;
    }

    /** Tells whether the pool does not try by itself. */
    public boolean isLeftToCallers() {
        return isFailing() && isLeftToCallers;
    }

    /** Tells whether a probe is wanted for callers that were refused. */
    public boolean isProbeOwed() {
        return isProbeOwed;
    }

    /** When the next try is due, or the breaker opens, or the given instant if that is earlier or nothing is to come. */
    public long nextTry(long instant, long now) {
        long next = isRetrySet() && isBackingOff(now) ? Nanos.earlier(instant, retryAtNanos) : instant;
        boolean mayOpen = hasFailed && !isOpen && !Nanos.isPast(opensAtNanos(), now);
        return mayOpen ? Nanos.earlier(next, opensAtNanos()) : next;
    }

    /** When the next try is, for the log; empty if creates do not fail. */
    String whenNextTry(long now) {
        if (!isFailing()) {
            return "";
        }
        return isLeftToCallers()
                ? "when a caller wants one"
                : "in " + Math.max(0, retryAtNanos - now) / 1_000_000 + " ms";
    }

    // --- the answer to callers

    public boolean isOpen() {
        return isOpen;
    }

    /** Tells whether creates have failed, and none has succeeded since: what is told as an outage. */
    public boolean isOutage() {
        return hasFailed;
    }

    /** Why a caller for whom nothing else can be had should not wait; null if it should. */
    @Nullable
    public Throwable refusal(long now) {
        return isOpen && (isProbeOwed || isBackingOff(now) || isProbing.getAsBoolean()) ? lastFailure : null;
    }

    /** A caller was refused. */
    public void refused() {
        if (!isLeftToCallers && !isProbing.getAsBoolean()) {
            isProbeOwed = true;
        }
    }

    /** What made the last create fail, or null if the last one succeeded. */
    @Nullable
    public Throwable lastFailure() {
        return lastFailure;
    }
}
