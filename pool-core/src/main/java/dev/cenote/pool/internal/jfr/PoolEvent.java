package dev.cenote.pool.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;

/** What all events of pools say. */
@Category({"Cenote", "Object Pool"})
@StackTrace(false)
abstract class PoolEvent extends Event {

    @Label("Pool")
    @Description("The name of the pool")
    String pool = "";
}
