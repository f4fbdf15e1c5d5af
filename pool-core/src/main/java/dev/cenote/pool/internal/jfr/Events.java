package dev.cenote.pool.internal.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events that happen at an instant, the outage, and the one that is told every few seconds. */
final class Events {

    private Events() {}

    @Name("dev.cenote.Revoke")
    @Label("Revoke")
    @Description("A lease is taken back from its holder")
    static final class Revoke extends PoolEvent {
        @Label("Holder")
        @Description("The thread that held the lease")
        String holder = "";

        @Label("Holder's Id")
        @Description("The id of that thread; 0 if it was nobody's thread")
        long holderId;

        @Label("Held For")
        @Description("For how long it was held, at least")
        @Timespan(Timespan.NANOSECONDS)
        long heldFor;

        @Label("Why")
        @Description("What the lease has overrun")
        String why = "";
    }

    @Name("dev.cenote.Refuse")
    @Label("Refuse")
    @Description("An acquire is turned away: the queue is full, or no object can be made")
    static final class Refuse extends PoolEvent {
        @Label("Cause")
        @Description("Why no object can be made; none if the queue is full")
        @Nullable
        String cause;

        @Label("Waiters")
        @Description("How many callers wait")
        int waiters;
    }

    @Name("dev.cenote.Outage")
    @Label("Outage")
    @Description("Creates fail: told when it begins, and when it is over with all the time that it lasted")
    static final class Outage extends PoolEvent {
        @Label("Over")
        @Description("Whether objects can be made again")
        boolean isOver;

        @Label("Cause")
        @Description("The first failure")
        @Nullable
        String cause;

        @Label("Creates")
        @Description("How many creates failed")
        long creates;

        @Label("Failed Callers")
        @Description("How many callers failed because of it")
        long failed;

        @Label("Timed-out Callers")
        @Description("How many callers' time was up meanwhile")
        long timedOut;

        @Label("Waiting Callers")
        @Description("How many callers were served after a wait, or wait for what is made now")
        long waited;
    }

    @Name("dev.cenote.PoolStatistics")
    @Label("Pool Statistics")
    @Description("A pool as it is now, and its counts since it was opened")
    @Period("5 s")
    static final class PoolStatistics extends PoolEvent {
        @Label("Maximal Size")
        int maxSize;

        @Label("Objects")
        int total;

        @Label("Idle")
        int idle;

        @Label("Leased")
        int leased;

        @Label("Creating")
        int creating;

        @Label("Validating")
        int validating;

        @Label("Retiring")
        int retiring;

        @Label("Waiters")
        int waiters;

        @Label("Oldest Wait")
        @Timespan(Timespan.NANOSECONDS)
        long oldestWait;

        @Label("Acquired")
        long acquired;

        @Label("Time-outs")
        long timeouts;

        @Label("Refused")
        long refused;

        @Label("Failed")
        long failed;

        @Label("Created")
        long created;

        @Label("Destroyed")
        long destroyed;

        @Label("Creates That Failed")
        long creationFailures;

        @Label("Median Wait")
        @Description("Of all acquires of the last minute")
        @Timespan(Timespan.NANOSECONDS)
        long waitP50;

        @Label("99th Percentile of Waits")
        @Description("Of all acquires of the last minute")
        @Timespan(Timespan.NANOSECONDS)
        long waitP99;

        @Label("Failing Fast")
        @Description("Callers that nothing else can serve fail at once")
        boolean isFailingFast;

        @Label("Suspended")
        boolean isSuspended;
    }
}
