package dev.cenote.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolSlot;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who holds what for how long, who waits, and what a holder is doing now. */
final class SlotTable {

    private static final int MOST_ROWS = 200;
    private static final int MOST_WAITERS = 20;
    private static final int MOST_FRAMES = 200;

    private SlotTable() {}

    /** The rows, with the leases that are held longest first, and how many more rows there are. */
    static void addTo(JsonObject now, Pool<?> pool) {
        List<PoolSlot> slots = pool.slots();
        JsonArray rows = new JsonArray();
        slots.stream()
                .sorted(Comparator.comparing((PoolSlot slot) -> slot.holder() == null)
                        .thenComparing(PoolSlot::unchangedFor, Comparator.reverseOrder())
                        .thenComparing(PoolSlot::index))
                .limit(MOST_ROWS)
                .forEach(slot -> rows.add(row(slot)));
        now.add("slots", rows);
        now.addProperty("moreSlots", slots.size() - rows.size());
    }

    private static JsonObject row(PoolSlot slot) {
        JsonObject row = new JsonObject();
        row.addProperty("slot", slot.index());
        row.addProperty("state", slot.state().name());
        row.addProperty("unchangedFor", Watch.millis(slot.unchangedFor()));
        row.addProperty("age", Watch.millis(slot.age()));
        row.addProperty("uses", slot.uses());
        LeaseHolder holder = slot.holder();
        if (holder != null) {
            row.addProperty("holder", holder.who());
        }
        return row;
    }

    /** The oldest waiters. */
    static JsonArray queue(Pool<?> pool) {
        JsonArray queue = new JsonArray();
        pool.waiters(MOST_WAITERS).forEach(waiter -> {
            JsonObject row = new JsonObject();
            row.addProperty("who", waiter.who());
            row.addProperty("waited", Watch.millis(waiter.waited()));
            row.addProperty("left", Watch.millis(waiter.left()));
            queue.add(row);
        });
        return queue;
    }

    /** The stack of the thread that holds the lease of a slot, if the lease was the same before and after that look. */
    static JsonObject stack(Pool<?> pool, int index) {
        PoolSlot slot = leased(pool, index);
        LeaseHolder holder = slot == null ? null : slot.holder();
        if (slot == null || holder == null) {
            return told("", "The lease has ended.", List.of());
        }
        if (holder.threadId() == 0) {
            return told(holder.who(), "It was acquired asynchronously: no thread is known to hold it.", List.of());
        }
        ThreadInfo thread = ManagementFactory.getThreadMXBean().getThreadInfo(holder.threadId(), MOST_FRAMES);
        if (thread == null) {
            return told(holder.who(), "The JVM lists no such thread: it is virtual, or has ended.", List.of());
        }
        PoolSlot after = leased(pool, index);
        return after != null && after.uses() == slot.uses()
                ? told(holder.who(), words(thread, holder), List.of(thread.getStackTrace()))
                : told("", "The lease has ended meanwhile.", List.of());
    }

    private static @Nullable PoolSlot leased(Pool<?> pool, int index) {
        return pool.slots().stream()
                .filter(slot -> slot.index() == index && slot.holder() != null)
                .findFirst()
                .orElse(null);
    }

    private static String words(ThreadInfo thread, LeaseHolder holder) {
        String lock = thread.getLockName() == null ? "" : " on " + thread.getLockName();
        String owner = thread.getLockOwnerName() == null ? "" : ", which " + thread.getLockOwnerName() + " has";
        return "Thread #" + thread.getThreadId() + ", " + thread.getThreadState() + lock + owner + ". Held for "
                + holder.heldFor().toMillis() + " to " + holder.heldForAtMost().toMillis() + " ms.";
    }

    private static JsonObject told(String holder, String note, List<StackTraceElement> stack) {
        JsonObject told = new JsonObject();
        told.addProperty("holder", holder);
        told.addProperty("note", note);
        JsonArray frames = new JsonArray();
        stack.forEach(frame -> frames.add(frame.toString()));
        told.add("frames", frames);
        return told;
    }
}
