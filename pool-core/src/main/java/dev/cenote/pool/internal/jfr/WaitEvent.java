package dev.cenote.pool.internal.jfr;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.stats.Recorder;
import java.util.StringJoiner;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** A caller waits for an object: from its arrival in the queue until it has what it gets. */
@Name("dev.cenote.Wait")
@Label("Wait")
@Description("A caller waits in the queue of a pool")
@StackTrace(true)
@Threshold("10 ms")
final class WaitEvent extends PoolEvent implements Recorder.Wait {

    @Label("Time-out")
    @Description("How long it may wait")
    @Timespan(Timespan.NANOSECONDS)
    long timeout;

    @Label("Asynchronous")
    @Description("Whether a future waits: then the event's thread is the one that completes it")
    boolean isAsync;

    @Label("Position")
    @Description("Its place in the queue when it came; 1 is the head")
    int position;

    @Label("Phase")
    @Description(
            "What it began to wait for: a release (WAITING), an object that is being made (CREATING) or validated (VALIDATING)")
    String phase = "";

    @Label("Holders")
    @Description("Who held leases when it came: slot=thread, for the first 64 slots")
    String holders = "";

    @Label("Result")
    @Description("What became of it: SERVED, TIMED_OUT, CANCELLED or FAILED")
    String result = "";

    @Label("Slot")
    @Description("The place of the object that it got; -1 if it got none")
    int slot;

    @Label("Holder")
    @Description("The thread that held this object when the wait began; none if nobody did")
    String holder = "";

    @Label("Holder's Id")
    @Description("The id of that thread; 0 if nobody's thread held the object, -1 if it was not leased")
    long holderId;

    @Label("Last Holder")
    @Description("The thread that held this object last before the waiter got it; none if it is new")
    String lastHolder = "";

    @Label("Last Holder's Id")
    @Description("The id of that thread; 0 if there was none")
    long lastHolderId;

    private transient long[] holderIds = {};
    /** Written by the caller's thread, and read by the one that ends the wait. */
    private transient volatile String[] holderNames = {};

    @Override
    public void began(
            String ofPool, boolean async, long timeoutNanos, int place, AcquirePhase waitsFor, long[] heldBy) {
        pool = ofPool;
        isAsync = async;
        timeout = timeoutNanos;
        position = place;
        phase = waitsFor.name();
        holderIds = heldBy;
        begin();
    }

    @Override
    public void nameHolders() {
        holderNames = namesOfHolders();
    }

    private String[] namesOfHolders() {
        String[] names = new String[holderIds.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = JfrRecorder.name(holderIds[i]);
        }
        return names;
    }

    @Override
    public void ended(WaitResult became, int servedBy, long heldLast) {
        end();
        if (!shouldCommit()) {
            return;
        }
        result = became.name();
        slot = servedBy;
        String[] names = holderNames;
        if (names.length == 0) { // served before they were looked up
            names = namesOfHolders();
        }
        for (int i = 0; i < holderIds.length; i++) {
            names[i] = JfrRecorder.name(holderIds[i], names[i]);
        }
        boolean isKnown = servedBy >= 0 && servedBy < holderIds.length;
        holderId = isKnown ? holderIds[servedBy] : -1;
        holder = isKnown ? names[servedBy] : "";
        lastHolderId = heldLast;
        lastHolder = heldLast == 0 ? "" : heldLast == holderId ? holder : JfrRecorder.name(heldLast);
        StringJoiner all = new StringJoiner(", ");
        for (int i = 0; i < holderIds.length; i++) {
            if (holderIds[i] >= 0) {
                all.add(i + "=" + names[i]);
            }
        }
        holders = all.toString();
        commit();
    }
}
