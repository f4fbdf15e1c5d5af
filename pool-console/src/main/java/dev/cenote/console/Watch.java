package dev.cenote.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolHealth;
import dev.cenote.pool.PoolHealth.Thresholds;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** One pool as the page shows it: what it is, what it was over the last minutes, and what happened to it. */
final class Watch {

    /** How much of the past is kept. */
    static final int SECONDS = 300;

    private static final int MOST_EVENTS = 200;
    /** Health is judged by so much of the past, so that a moment does not make it flicker. */
    private static final int HEALTH_SECONDS = 10;

    /** The size is advised for this wait of 99 of 100 callers. */
    private static final Duration ADVISED_WAIT = Duration.ofMillis(5);

    /** A low share of leases that are served at once is no bad sign: objects are made as they are wanted. */
    private static final Thresholds THRESHOLDS = new Thresholds(
            Thresholds.DEFAULT.utilisation(),
            Thresholds.DEFAULT.meanWait(),
            0,
            Thresholds.DEFAULT.failedValidations(),
            Thresholds.DEFAULT.leaks(),
            Thresholds.DEFAULT.failedCallers());

    private final Pool<?> pool;
    private final String name;

    // Guarded by this.
    private final Deque<JsonObject> history = new ArrayDeque<>();
    private final Deque<JsonObject> events = new ArrayDeque<>();
    private final Deque<PoolStats> lately = new ArrayDeque<>();
    private JsonArray news = new JsonArray();
    private long lookedAtNanos = System.nanoTime();
    private PoolHealth.Status status = PoolHealth.Status.HEALTHY;

    Watch(Pool<?> pool) {
        this.pool = pool;
        name = pool.config().name();
        lately.add(pool.stats());
    }

    String name() {
        return name;
    }

    Pool<?> pool() {
        return pool;
    }

    /** Notes an event. */
    synchronized void note(String kind, String text) {
        JsonObject event = new JsonObject();
        event.addProperty("t", System.currentTimeMillis());
        event.addProperty("kind", kind);
        event.addProperty("text", text);
        events.add(event);
        news.add(event);
        if (events.size() > MOST_EVENTS) {
            events.remove();
        }
    }

    /**
     * Takes the statistics, and notes what has happened since the last look.
     *
     * @param isWatched whether a page is open: then the result has the present state, too
     */
    synchronized JsonObject look(long wallMillis, boolean isWatched) {
        PoolStats before = lately.getLast();
        PoolStats now = pool.stats();
        long nanos = System.nanoTime();
        JsonObject sample = sample(before, now, wallMillis, nanos - lookedAtNanos);
        lookedAtNanos = nanos;
        history.add(sample);
        if (history.size() > SECONDS + 1) {
            history.remove();
        }
        Changes.between(before, now, this::note);
        lately.add(now);
        if (lately.size() > HEALTH_SECONDS) {
            lately.remove();
        }
        noteHealth(now);
        JsonObject tick = new JsonObject();
        tick.add("sample", sample);
        tick.add("events", news);
        news = new JsonArray();
        if (isWatched) {
            tick.add("now", now(now));
            if (Changes.hasOtherLimits(before, now)) {
                tick.add("settings", settings());
            }
        }
        return tick;
    }

    private void noteHealth(PoolStats now) {
        PoolHealth.Status next = health(now).status();
        if (next != status && !now.isClosed()) {
            note(next == PoolHealth.Status.HEALTHY ? "good" : "bad", "health: " + next);
        }
        status = next;
    }

    private PoolHealth health(PoolStats now) {
        return PoolHealth.between(lately.getFirst(), now, THRESHOLDS);
    }

    /** All that a page needs when it begins. */
    synchronized JsonObject hello() {
        PoolStats stats = pool.stats();
        JsonObject hello = new JsonObject();
        hello.addProperty("name", name);
        hello.add("settings", settings());
        hello.add("now", now(stats));
        hello.add("history", array(history));
        // Without the events since the last look: the next frame has them.
        hello.add(
                "events",
                array(events.stream()
                        .limit(Math.max(0, events.size() - news.size()))
                        .toList()));
        return hello;
    }

    private static JsonArray array(Iterable<JsonObject> objects) {
        JsonArray array = new JsonArray();
        objects.forEach(array::add);
        return array;
    }

    private static JsonObject sample(PoolStats before, PoolStats now, long wallMillis, long nanos) {
        JsonObject sample = new JsonObject();
        sample.addProperty("t", wallMillis);
        sample.addProperty("rate", (now.acquired() - before.acquired()) * 1e9 / Math.max(1, nanos));
        sample.addProperty("leased", now.leased());
        sample.addProperty("idle", now.idle());
        sample.addProperty("creating", now.creating());
        sample.addProperty("validating", now.validating());
        sample.addProperty("retiring", now.retiring());
        sample.addProperty("maxSize", now.maxSize());
        sample.addProperty("waiters", now.waiters());
        sample.addProperty("failed", failed(now) - failed(before));
        addPercentiles(sample, now.waitTimes().since(before.waitTimes()));
        return sample;
    }

    private static long failed(PoolStats stats) {
        return stats.timeouts() + stats.refused() + stats.failed();
    }

    private static void addPercentiles(JsonObject object, PoolTimes times) {
        addMillis(object, "p50", times, times.p50());
        addMillis(object, "p90", times, times.p90());
        addMillis(object, "p99", times, times.p99());
        addMillis(object, "longest", times, times.max());
    }

    private static void addMillis(JsonObject object, String key, PoolTimes times, Duration time) {
        if (times.count() == 0) {
            object.add(key, JsonNull.INSTANCE);
        } else {
            object.addProperty(key, millis(time));
        }
    }

    static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private JsonObject now(PoolStats stats) {
        PoolHealth health = health(stats);
        JsonObject now = new JsonObject();
        now.addProperty("state", stats.isClosed() ? "CLOSED" : health.status().name());
        JsonArray reasons = new JsonArray();
        health.reasons().forEach(reasons::add);
        now.add("reasons", reasons);
        pool.advice(ADVISED_WAIT).ifPresent(advice -> now.addProperty("advice", advice.toString()));
        now.addProperty("acquired", stats.acquired());
        now.addProperty("created", stats.created());
        now.addProperty("timeouts", stats.timeouts());
        now.addProperty("refused", stats.refused());
        now.addProperty("failed", stats.failed());
        now.addProperty("maxSize", stats.maxSize());
        now.addProperty("minIdle", stats.minIdle());
        now.addProperty("maxWaiters", stats.maxWaiters());
        now.addProperty("oldestWait", millis(stats.oldestWait()));
        JsonObject minute = new JsonObject();
        addPercentiles(minute, stats.recentWaitTimes());
        now.add("minute", minute);
        now.add("queue", SlotTable.queue(pool));
        SlotTable.addTo(now, pool);
        return now;
    }

    private JsonArray settings() {
        PoolConfig<?> config = pool.config();
        Set<String> changed = config.changedSettings().keySet();
        JsonArray table = new JsonArray();
        config.settings().forEach((name, value) -> {
            JsonObject setting = new JsonObject();
            setting.addProperty("name", name);
            setting.addProperty("value", value);
            setting.addProperty("changed", changed.contains(name));
            table.add(setting);
        });
        return table;
    }

    /** What the holder of a slot is doing now. */
    JsonObject stack(int slot) {
        return SlotTable.stack(pool, slot);
    }
}
