package dev.cenote.pool.internal.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.TestPool;
import dev.cenote.pool.internal.Thing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The events, as somebody reads them who has a recording and nothing else. */
@Timeout(60)
class FlightRecorderTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private Recording recording;
    private String type = "";

    /** Records what is done. */
    private void recording(String event, Map<String, String> settings, Runnable action) {
        try (Recording it = new Recording()) {
            recording = it;
            type = "dev.cenote." + event;
            it.enable("dev.cenote." + event).withThreshold(Duration.ZERO).withoutStackTrace();
            settings.forEach(it.enable("dev.cenote." + event)::with);
            it.start();
            action.run();
        }
    }

    private List<RecordedEvent> recorded() {
        try {
            Path file = Files.createTempFile(folder, "events", ".jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(type))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RecordedEvent await(Predicate<RecordedEvent> which) {
        List<RecordedEvent> found = new ArrayList<>();
        Await.until("there is no such event", () -> {
            found.addAll(recorded().stream().filter(which).toList());
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** Threads are looked at the less often the longer a look takes, so on a busy machine a new one may not be known for a second. */
    private static void awaitThatThisThreadIsKnown() {
        Thread self = Thread.currentThread();
        Await.until(() -> JfrRecorder.name(self.getId()).equals(self.getName()));
    }

    private static Predicate<RecordedEvent> of(TestPool test) {
        return event -> test.name.equals(event.getString("pool"));
    }

    @Test
    void waitsTellTheTimeOutThePlaceInTheQueueThePhaseTheResultAndTheHolders() {
        awaitThatThisThreadIsKnown();
        recording("Wait", Map.of(), () -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                List<Lease<Thing>> held = test.acquire(2);
                CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync(SECOND);
                CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync(SECOND.multipliedBy(5));
                test.advance(SECOND);
                assertThat(first).isCompletedExceptionally();
                held.get(1).close();
                second.join().close();
                held.get(0).close();
                String self = Thread.currentThread().getName();
                RecordedEvent late =
                        await(of(test).and(it -> it.getString("result").equals("TIMED_OUT")));
                assertThat(late.getDuration("timeout")).isEqualTo(SECOND);
                assertThat(late.getInt("position")).isEqualTo(1);
                assertThat(late.getString("phase")).isEqualTo("WAITING");
                assertThat(late.getBoolean("isAsync")).isTrue();
                assertThat(late.getInt("slot")).isEqualTo(-1);
                assertThat(late.getString("holder")).isEmpty();
                assertThat(late.getString("holders")).isEqualTo("0=" + self + ", 1=" + self);
                RecordedEvent served = await(
                        of(test).and(it -> it.getString("result").equals("SERVED") && it.getInt("position") == 2));
                assertThat(served.getInt("slot")).isEqualTo(1);
                assertThat(served.getString("holder")).isEqualTo(self);
                assertThat(served.getLong("holderId"))
                        .isEqualTo(Thread.currentThread().getId());
                assertThat(served.getString("lastHolder")).isEqualTo(self);
            }
        });
    }

    @Test
    void callsOfUserCode() {
        recording("Create", Map.of(), () -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                test.factory.failNextCreate(new IllegalStateException("down"));
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                RecordedEvent failed = await(of(test));
                assertThat(failed.getBoolean("hasSucceeded")).isFalse();
                assertThat(failed.getString("failure")).isEqualTo("java.lang.IllegalStateException: down");
                test.advance(SECOND.multipliedBy(2));
                test.acquire().close();
                RecordedEvent made = await(of(test).and(it -> it.getBoolean("hasSucceeded")));
                assertThat(made.getInt("slot")).isZero();
                assertThat(made.getString("failure")).isNull();
            }
        });
        recording("Validate", Map.of(), () -> {
            try (TestPool test = new TestPool(
                    it -> it.maxSize(2).validateIfIdleFor(Duration.ZERO).validator(it2 -> false))) {
                test.acquire().close();
                test.acquire().close();
                RecordedEvent rejected = await(of(test));
                assertThat(rejected.getBoolean("hasSucceeded")).isFalse();
                assertThat(rejected.getBoolean("isReset")).isFalse();
            }
        });
        recording("Destroy", Map.of(), () -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                test.acquire().invalidate();
                assertThat(await(of(test)).getString("reason")).isEqualTo("INVALIDATED");
            }
        });
    }

    @Test
    void whatIsTakenBackOrTurnedAway() {
        recording("Revoke", Map.of(), () -> {
            try (TestPool test = new TestPool(it -> it.maxLeaseTime(SECOND))) {
                Lease<Thing> held = test.acquire();
                test.advance(Duration.ofMillis(1));
                test.advance(SECOND.multipliedBy(2));
                RecordedEvent revoked = await(of(test));
                assertThat(revoked.getString("holder"))
                        .isEqualTo(Thread.currentThread().getName());
                assertThat(revoked.getDuration("heldFor")).isEqualTo(SECOND.multipliedBy(2));
                assertThat(revoked.getString("why")).isEqualTo("the maxLeaseTime of 1000 ms is over");
                held.close();
            }
        });
        recording("Refuse", Map.of(), () -> {
            try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(0).failFastAfter(Duration.ZERO))) {
                Lease<Thing> held = test.acquire();
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                assertThat(await(of(test)).getString("cause")).isNull();
                test.factory.everyCreate = () -> {
                    throw new IllegalStateException("down");
                };
                held.invalidate();
                test.resize(new PoolLimits(1, 0, 10));
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                await(of(test).and(it -> "java.lang.IllegalStateException: down".equals(it.getString("cause"))));
                test.factory.everyCreate = () -> {};
            }
        });
    }

    @Test
    void anOutageIsRecordedAtItsBeginningAndAtItsEnd() {
        recording("Outage", Map.of(), () -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2).openTimeout(TestPool.NEVER))) {
                test.factory.failNextCreate(new IllegalStateException("down"));
                CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
                RecordedEvent begun = await(of(test));
                assertThat(begun.getBoolean("isOver")).isFalse();
                assertThat(begun.getString("cause")).isEqualTo("java.lang.IllegalStateException: down");
                test.advance(SECOND);
                waiting.join().close();
                RecordedEvent over = await(of(test).and(it -> it.getBoolean("isOver")));
                assertThat(over.getLong("creates")).isEqualTo(1);
                assertThat(over.getLong("waited")).isEqualTo(1);
                assertThat(over.getDuration()).isPositive();
            }
        });
    }

    @Test
    void statisticsAreToldAgainAndAgainOfEveryPoolThatIsOpen() {
        String name = "statistics-" + System.nanoTime();
        recording("PoolStatistics", Map.of("period", "10 ms"), () -> {
            try (Pool<Object> pool =
                            Pool.builder(Object::new).name(name).maxSize(7).build();
                    Lease<Object> lease = pool.acquireUninterruptibly(SECOND.multipliedBy(30))) {
                assertThat(lease.get()).isNotNull();
                RecordedEvent told = await(it -> name.equals(it.getString("pool")) && it.getInt("leased") == 1);
                assertThat(told.getInt("maxSize")).isEqualTo(7);
                assertThat(told.getLong("acquired")).isEqualTo(1);
            }
            try (Pool<Object> other =
                    Pool.builder(Object::new).name(name + "-2").build()) {
                assertThat(other.isClosed()).isFalse();
                Instant first =
                        await(it -> (name + "-2").equals(it.getString("pool"))).getStartTime();
                await(it -> (name + "-2").equals(it.getString("pool"))
                        && it.getStartTime().isAfter(first));
                assertThat(recorded())
                        .as("the first pool is closed")
                        .noneMatch(it -> name.equals(it.getString("pool"))
                                && it.getStartTime().isAfter(first));
            }
        });
    }

    @Test
    void eventsAreStreamedAsTheyHappen() {
        List<String> names =
                List.of("Wait", "Create", "Validate", "Destroy", "Revoke", "Refuse", "Outage", "PoolStatistics");
        Queue<String> streamed = new ConcurrentLinkedQueue<>();
        try (RecordingStream stream = new RecordingStream();
                Pool<Object> told =
                        Pool.builder(Object::new).name("streamed").maxSize(1).build();
                TestPool test = new TestPool(it -> it.maxSize(1)
                        .maxWaiters(0)
                        .maxLeaseTime(SECOND)
                        .failFastAfter(Duration.ZERO)
                        .validateIfIdleFor(Duration.ZERO)
                        .validator(thing -> true))) {
            for (String name : names) {
                stream.enable("dev.cenote." + name).withThreshold(Duration.ZERO).with("period", "10 ms");
                stream.onEvent(
                        "dev.cenote." + name,
                        event -> streamed.add(event.getEventType().getName()));
            }
            stream.startAsync();
            Await.until("nothing is streamed", () -> {
                assertThat(told.isClosed()).isFalse();
                test.acquire().close();
                Lease<Thing> held = test.acquire(); // after a look, and a wait for it
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally(); // refused
                test.advance(Duration.ofMillis(1));
                test.advance(SECOND.multipliedBy(2)); // taken back
                held.close();
                test.factory.failNextCreate(new IllegalStateException("down"));
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                test.advance(SECOND.multipliedBy(2)); // so that the next create succeeds
                return streamed.stream().distinct().count() == names.size();
            });
        }
    }

    @Test
    void anAcquireThatFindsAnObjectWritesNothing() throws IOException {
        List<String> names = List.of("Wait", "Create", "Validate", "Destroy", "Revoke", "Refuse", "Outage");
        try (Recording all = new Recording();
                TestPool test = new TestPool(it -> it.maxSize(2))) {
            for (String name : names) {
                all.enable("dev.cenote." + name).withThreshold(Duration.ZERO);
            }
            all.start();
            test.acquire().close();
            for (int i = 0; i < 1_000; i++) {
                test.acquire().close();
                test.pool.tryAcquire().orElseThrow().close();
                test.pool.acquireAsync().join().close();
            }
            test.acquire().invalidate();
            all.stop();
            Path file = Files.createTempFile(folder, "events", ".jfr");
            all.dump(file);
            assertThat(RecordingFile.readAllEvents(file).stream()
                            .filter(of(test))
                            .map(event -> event.getEventType().getName()))
                    .as("the first one was made for its caller, and the last one was given up")
                    .containsOnly("dev.cenote.Wait", "dev.cenote.Create", "dev.cenote.Destroy")
                    .hasSizeLessThanOrEqualTo(3);
        }
    }

    @Test
    void theHolderBehindAPercentileOfTheWaitsIsFoundFromTheRecordingAlone() throws Exception {
        Path file = folder.resolve("waits.jfr");
        String name = "percentile-" + System.nanoTime();
        try (Recording recording = new Recording();
                Pool<Object> pool =
                        Pool.builder(Object::new).name(name).maxSize(1).build()) {
            recording.enable("dev.cenote.Wait").withThreshold(Duration.ZERO);
            recording.start();
            long longest = 0;
            for (int i = 0; i < 99; i++) {
                longest = Math.max(longest, waitBehind(pool, "harmless-" + i, 0));
            }
            waitBehind(pool, "the culprit", 2 * longest);
            recording.stop();
            recording.dump(file);
        }
        assertThat(holderBehindPercentile(file, name, 0.99)).isEqualTo("the culprit");
    }

    /** What docs/flight-recorder.md shows. */
    private static String holderBehindPercentile(Path file, String pool, double share) throws Exception {
        // snippet: holder
        List<RecordedEvent> waits = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dev.cenote.Wait"))
                .filter(event -> event.getString("pool").equals(pool))
                .filter(event -> event.getString("phase").equals("WAITING"))
                .sorted(Comparator.comparing(RecordedEvent::getDuration))
                .toList();
        RecordedEvent slow = waits.get((int) Math.min(waits.size() - 1, Math.floor(waits.size() * share)));
        return slow.getString("holder");
        // end
    }

    /** One thread holds the object for so long, from when this one waits for it. Returns for how long this one waited. */
    private static long waitBehind(Pool<Object> pool, String holder, long nanos) throws Exception {
        CountDownLatch isHeld = new CountDownLatch(1);
        CountDownLatch isBack = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    awaitThatThisThreadIsKnown();
                    try (Lease<Object> lease = pool.acquireUninterruptibly(SECOND.multipliedBy(30))) {
                        assertThat(lease.get()).isNotNull();
                        isHeld.countDown();
                        Await.until(() -> pool.stats().waiters() == 1);
                        long begun = System.nanoTime();
                        Await.until(() -> System.nanoTime() - begun >= nanos);
                    }
                    Await.until(() -> isBack.getCount() == 0); // it lives on, as threads of a server do
                },
                holder);
        thread.start();
        isHeld.await();
        long begun = System.nanoTime();
        pool.acquire().close();
        long waited = System.nanoTime() - begun;
        isBack.countDown();
        thread.join();
        return waited;
    }

    @Test
    void everyEventHasALabelADescriptionAndItsPlace() {
        new JfrRecorder(); // has the events loaded
        new CallEvents.Create();
        new Events.PoolStatistics();
        assertThat(List.of(
                        WaitEvent.class,
                        CallEvents.Create.class,
                        CallEvents.Validate.class,
                        CallEvents.Destroy.class,
                        Events.Revoke.class,
                        Events.Refuse.class,
                        Events.Outage.class,
                        Events.PoolStatistics.class))
                .allSatisfy(it -> {
                    EventType type = EventType.getEventType(it);
                    assertThat(type.getName()).startsWith("dev.cenote.");
                    assertThat(type.getLabel()).isNotBlank();
                    assertThat(type.getDescription()).isNotBlank();
                    assertThat(type.getCategoryNames()).containsExactly("Cenote", "Object Pool");
                    assertThat(type.getFields())
                            .allSatisfy(field -> assertThat(field.getLabel())
                                    .as(field.getName())
                                    .isNotBlank());
                });
        assertThat(FlightRecorder.isInitialized()).isTrue();
        assertThat(defaultOf(WaitEvent.class, "threshold")).isEqualTo("10 ms");
        assertThat(defaultOf(WaitEvent.class, "stackTrace")).isEqualTo("true");
        assertThat(defaultOf(CallEvents.Create.class, "stackTrace")).isEqualTo("false");
        assertThat(defaultOf(Events.PoolStatistics.class, "period")).isEqualTo("5 s");
    }

    private static String defaultOf(Class<? extends Event> event, String setting) {
        return EventType.getEventType(event).getSettingDescriptors().stream()
                .filter(it -> it.getName().equals(setting))
                .findFirst()
                .orElseThrow()
                .getDefaultValue();
    }
}
