package dev.cenote.pool.internal.jfr;

import dev.cenote.pool.internal.stats.Recorder;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** The events of calls of user code: they last as long as the call. */
final class CallEvents {

    private CallEvents() {}

    /** What the events of calls say. */
    abstract static class CallEvent extends PoolEvent implements Recorder.Call {

        @Label("Succeeded")
        @Description("Whether the object was made, found good, or destroyed")
        boolean hasSucceeded;

        @Label("Failure")
        @Description("The class and the message of what the call threw, if it did")
        @Nullable
        String failure;

        /** Begins, if it is recorded. */
        Recorder.Call begun(String ofPool) {
            if (!isEnabled()) {
                return Recorder.Call.NONE;
            }
            pool = ofPool;
            begin();
            return this;
        }

        @Override
        public void ended(boolean isGood, @Nullable Throwable thrown) {
            end();
            if (shouldCommit()) {
                hasSucceeded = isGood;
                failure = JfrRecorder.text(thrown);
                commit();
            }
        }
    }

    @Name("dev.cenote.Create")
    @Label("Create")
    @Description("The factory makes an object, and the validator looks at it if it is asked to")
    static final class Create extends CallEvent {
        @Label("Slot")
        @Description("The place in the pool that the object is for")
        int slot;
    }

    @Name("dev.cenote.Validate")
    @Label("Validate")
    @Description("The validator looks at an object, or the factory resets it")
    static final class Validate extends CallEvent {
        @Label("Slot")
        @Description("The place in the pool that the object is in")
        int slot;

        @Label("Reset")
        @Description("Whether it is the reset of a released object, on the thread that releases it")
        boolean isReset;
    }

    @Name("dev.cenote.Destroy")
    @Label("Destroy")
    @Description("The factory destroys an object")
    static final class Destroy extends CallEvent {
        @Label("Reason")
        @Description("Why the object is destroyed")
        String reason = "";
    }
}
