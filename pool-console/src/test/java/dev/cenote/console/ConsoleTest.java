package dev.cenote.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.PoolLimits;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page is told. */
@Timeout(60)
class ConsoleTest {

    private final AtomicBoolean fails = new AtomicBoolean();
    private final Pool<Object> pool = Pool.builder(() -> {
                if (fails.get()) {
                    throw new IllegalStateException("no server");
                }
                return new Object();
            })
            .name("orders")
            .maxSize(2)
            .maxWaiters(7)
            .executor(Runnable::run)
            .build();
    private final Console console = Console.builder(pool).operations(true).open();

    @AfterEach
    void close() {
        console.close();
        pool.shutdown(Duration.ZERO).join();
    }

    private static JsonObject first(String json) {
        return JsonParser.parseString(json)
                .getAsJsonObject()
                .getAsJsonArray("pools")
                .get(0)
                .getAsJsonObject();
    }

    /** Reads ticks until one is as wanted; the time-out of the socket bounds it. */
    private static JsonObject tick(Client page, Predicate<JsonObject> wanted) {
        while (true) {
            JsonObject tick = first(page.next("tick"));
            if (wanted.test(tick)) {
                return tick;
            }
        }
    }

    private static boolean hasEvent(JsonObject tick, String text) {
        return StreamSupport.stream(tick.getAsJsonArray("events").spliterator(), false)
                .anyMatch(event -> event.toString().contains(text));
    }

    private Client.Answer operate(String json) {
        return Client.send(
                "POST",
                console.uri().resolve("operations"),
                json,
                "Content-Type: application/json",
                "X-Cenote-Console: operation");
    }

    private JsonObject stack(int slot) {
        return JsonParser.parseString(Client.get(console.uri().resolve("stack?pool=0&slot=" + slot))
                        .body())
                .getAsJsonObject();
    }

    @Test
    void aPageThatBeginsIsToldTheSettingsAndWhatIsNow() throws Exception {
        try (Lease<Object> held = pool.acquire();
                Client page = Client.events(console)) {
            assertThat(held.get()).isNotNull();
            JsonObject hello = first(page.next("hello"));
            assertThat(hello.get("name").getAsString()).isEqualTo("orders");
            assertThat(hello.get("settings").toString())
                    .contains("{\"name\":\"maxSize\",\"value\":\"2\",\"changed\":true}")
                    .contains("{\"name\":\"maxWaiters\",\"value\":\"7\",\"changed\":true}")
                    .contains("{\"name\":\"acquireTimeout\",\"value\":\"30 s\",\"changed\":false}")
                    .contains(
                            "{\"name\":\"executor\",\"value\":\"dev.cenote.console.ConsoleTest (lambda)\",\"changed\":true}")
                    .contains("{\"name\":\"validator\",\"value\":\"none\",\"changed\":false}");
            JsonObject now = hello.getAsJsonObject("now");
            assertThat(now.get("state").getAsString()).isEqualTo("HEALTHY");
            JsonObject slot = now.getAsJsonArray("slots").get(0).getAsJsonObject();
            assertThat(slot.get("holder").getAsString())
                    .isEqualTo(Thread.currentThread().getName());
            assertThat(hello.getAsJsonArray("history"))
                    .as("looked at before anybody came")
                    .isNotEmpty();
        }
    }

    @Test
    void eachSecondThePageIsToldWhatHasChanged() throws Exception {
        try (Client page = Client.events(console)) {
            page.next("hello");
            List<Lease<Object>> held = List.of(pool.acquire(), pool.acquire());
            CompletableFuture<Lease<Object>> waits = pool.acquireAsync();
            JsonObject tick =
                    tick(page, it -> it.getAsJsonObject("sample").get("waiters").getAsInt() == 1);
            assertThat(tick.getAsJsonObject("sample").get("leased").getAsInt()).isEqualTo(2);
            JsonElement waiter =
                    tick.getAsJsonObject("now").getAsJsonArray("queue").get(0);
            assertThat(waiter.toString()).contains("(asynchronous)");
            held.forEach(Lease::close);
            waits.join().close();
            JsonObject later =
                    tick(page, it -> it.getAsJsonObject("now").get("acquired").getAsLong() == 3);
            assertThat(later.getAsJsonObject("sample").get("longest").getAsDouble())
                    .isPositive();
        }
    }

    @Test
    void anOutageIsSeenAsItHappens() {
        try (Client page = Client.events(console)) {
            page.next("hello");
            fails.set(true);
            assertThatThrownBy(() -> pool.acquire()).isInstanceOf(CreateFailedException.class);
            JsonObject tick = tick(page, it -> hasEvent(it, "1 object could not be made"));
            assertThat(hasEvent(tick, "callers fail at once")).isTrue();
            assertThat(tick.getAsJsonObject("now").get("state").getAsString()).isEqualTo("FAILED");
            assertThat(tick.getAsJsonObject("now").getAsJsonArray("reasons")).isNotEmpty();
            fails.set(false);
            acquireAtLast().close();
            tick(page, it -> hasEvent(it, "an object was made"));
        }
    }

    /** The pool refuses callers until the next try is due. */
    private Lease<Object> acquireAtLast() {
        while (true) {
            try {
                return pool.acquireUninterruptibly(Duration.ofSeconds(5));
            } catch (CreateFailedException refused) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aPageThatIsSlowIsToldAllFramesThatAreKept() {
        Frames frames = new Frames(List.of(), false);
        for (int i = 0; i <= Frames.MOST_FRAMES; i++) {
            frames.add(new byte[] {(byte) i});
        }
        assertThat(frames.after(Frames.MOST_FRAMES + 1)).isEmpty();
        assertThat(frames.after(Frames.MOST_FRAMES - 1)).containsExactly(Frames.MOST_FRAMES - 1, Frames.MOST_FRAMES);
        assertThat(frames.after(0)).hasSize(Frames.MOST_FRAMES).startsWith(1, 2);
    }

    @Test
    void theStackOfAHolderIsWhatItDoesNow() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch holds = new CountDownLatch(1);
        Thread holder = new Thread(
                () -> {
                    try (Lease<Object> held = pool.acquire()) {
                        holds.countDown();
                        waitWhileHolding(end);
                        assertThat(held.get()).isNotNull();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                "the holder");
        holder.start();
        holds.await();
        while (holder.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        JsonObject found = stack(0);
        assertThat(found.get("holder").getAsString()).isEqualTo("the holder");
        assertThat(found.get("frames").toString()).contains("waitWhileHolding");
        end.countDown();
        holder.join();
        assertThat(stack(0).get("frames").toString()).isEqualTo("[]");
        assertThat(stack(0).get("note").getAsString()).isEqualTo("The lease has ended.");
        assertThat(stack(99).get("note").getAsString()).isEqualTo("The lease has ended.");
    }

    private static void waitWhileHolding(CountDownLatch end) throws InterruptedException {
        end.await();
    }

    @Test
    void aHolderWithoutAThreadHasNoStackAndThePageIsToldWhy() {
        Lease<Object> held = pool.acquireAsync().join();
        assertThat(stack(0).get("note").getAsString()).contains("asynchronously");
        held.close();
    }

    @Test
    void whatIsAskedWronglyIsRefused() {
        for (String path : List.of("stack", "stack?pool=1&slot=0", "stack?pool=-1&slot=0", "stack?pool=0&slot=x")) {
            assertThat(Client.get(console.uri().resolve(path)).status())
                    .as(path)
                    .isEqualTo(400);
        }
        assertThat(Client.get(console.uri().resolve("other")).status()).isEqualTo(404);
        assertThat(Client.send("POST", console.uri(), "").status()).isEqualTo(405);
    }

    @Test
    void theOperationsAreThoseOfThePool() {
        assertThat(operate("{\"pool\":0,\"operation\":\"warmUp\",\"objects\":2}")
                        .status())
                .isEqualTo(200);
        assertThat(pool.stats().idle()).isEqualTo(2);
        assertThat(operate("{\"pool\":0,\"operation\":\"resize\",\"maxSize\":5,\"minIdle\":1,\"maxWaiters\":9}")
                        .body())
                .contains("resized to maxSize 5");
        assertThat(pool.config().limits()).isEqualTo(new PoolLimits(5, 1, 9));
        operate("{\"pool\":0,\"operation\":\"resize\",\"maxSize\":5,\"minIdle\":0,\"maxWaiters\":9}");
        operate("{\"pool\":0,\"operation\":\"invalidateAll\",\"overSeconds\":0}");
        assertThat(pool.stats().total()).isZero();
        operate("{\"pool\":0,\"operation\":\"suspend\"}");
        assertThat(pool.stats().isSuspended()).isTrue();
        operate("{\"pool\":0,\"operation\":\"resume\"}");
        assertThat(pool.stats().isSuspended()).isFalse();
        operate("{\"pool\":0,\"operation\":\"warmUp\",\"objects\":1}");
        operate("{\"pool\":0,\"operation\":\"invalidateAll\",\"overSeconds\":3600}");
        assertThat(pool.stats().total()).isEqualTo(1);
        operate("{\"pool\":0,\"operation\":\"drain\"}");
        assertThat(pool.stats().total()).isZero();
        assertThat(pool.stats().isSuspended()).isTrue();
        operate("{\"pool\":0,\"operation\":\"resume\"}");
    }

    @Test
    void aPoolIsRecordedOnceAtATimeToAFileThatIsNamed() throws Exception {
        String json = "{\"pool\":0,\"operation\":\"%s\"}";
        assertThat(operate(json.formatted("stopRecording")).body()).contains("nothing is being recorded from here");
        assertThat(operate(json.formatted("record")).status()).isEqualTo(200);
        assertThat(operate(json.formatted("record")).body()).contains("is being recorded already");
        pool.acquire().close();
        String done = operate(json.formatted("stopRecording")).body();
        assertThat(done).endsWith(", lost 0 events\"}");
        Path file = Path.of(done.replaceAll(".*recorded to (.*), lost.*", "$1"));
        assertThat(file).isNotEmptyFile();
        Files.delete(file);
        Files.delete(file.getParent());
    }

    @Test
    void aConsoleThatIsClosedLeavesNoRecording() throws Exception {
        Path file;
        try (Console other = Console.builder(pool).operations(true).open()) {
            String begun = Client.send(
                            "POST",
                            other.uri().resolve("operations"),
                            "{\"pool\":0,\"operation\":\"record\"}",
                            "Content-Type: application/json",
                            "X-Cenote-Console: operation")
                    .body();
            file = Path.of(begun.replaceAll(".*recorded to (.*)\"}", "$1"));
        }
        Files.delete(file);
        Files.delete(file.getParent());
        Path next = Files.createTempDirectory("console").resolve("next");
        pool.recordTo(next, 1).close();
        assertThat(next).isNotEmptyFile();
    }

    @Test
    void anOperationThatIsNoneSaysWhatIsWrong() {
        assertThat(operate("{\"pool\":0,\"operation\":\"destroy\"}"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("there is no operation 'destroy'"));
        assertThat(operate("{\"pool\":1,\"operation\":\"suspend\"}").body())
                .contains("pool must be a whole number from 0 to 0, but was 1");
        assertThat(operate("{\"pool\":0,\"operation\":\"resize\",\"maxSize\":0,\"minIdle\":0,\"maxWaiters\":0}")
                        .body())
                .contains("maxSize must");
        assertThat(operate("{\"pool\":0,\"operation\":\"warmUp\",\"objects\":2.5}")
                        .status())
                .isEqualTo(400);
        assertThat(operate("[").status()).isEqualTo(400);
        assertThat(operate("[]").status()).isEqualTo(400);
    }

    @Test
    void aConsoleHasSeveralPools() {
        try (Pool<Object> other = Pool.builder(Object::new).name("users").build();
                Console both = Console.open(pool, other);
                Client page = Client.events(both)) {
            assertThat(page.next("hello")).contains("\"name\":\"orders\"", "\"name\":\"users\"");
        }
    }

    @Test
    void closingTheConsoleEndsItsThreadsAndStreamsAndLeavesThePools() throws Exception {
        Client page = Client.events(console);
        page.next("hello");
        console.close();
        assertThatThrownBy(() -> {
                    while (true) {
                        page.next("tick");
                    }
                })
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Client.get(console.uri())).isInstanceOf(UncheckedIOException.class);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("cenote-console")) {
                thread.join();
            }
        }
        console.close();
        pool.acquire().close();
    }

    @Test
    void thePageIsToldWhatSizeIsAdvised() {
        PoolAdvice advice = new PoolAdvice(
                1,
                Duration.ofMillis(4),
                2,
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                50,
                Duration.ofMillis(10),
                0.5,
                PoolAdvice.Confidence.HIGH);
        Pool<?> advised = (Pool<?>) Proxy.newProxyInstance(
                Pool.class.getClassLoader(),
                new Class<?>[] {Pool.class},
                (proxy, method, arguments) ->
                        method.getName().equals("advice") ? Optional.of(advice) : method.invoke(pool, arguments));
        JsonObject now = new Watch(advised).look(0, true).getAsJsonObject("now");
        assertThat(now.get("advice").getAsString()).isEqualTo("1 would do: p99 wait 4.0 ms; 2 are configured (HIGH)");
        assertThat(new Watch(pool).look(0, true).getAsJsonObject("now").has("advice"))
                .as("nothing is known without use times")
                .isFalse();
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        int taken = console.uri().getPort();
        assertThatThrownBy(() -> Console.builder(pool).port(taken).open())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("port " + taken);
        assertThatThrownBy(() -> Console.builder(pool).port(65_536))
                .hasMessage("port must be 0 to 65535, but was 65536");
        assertThatThrownBy(() -> Console.builder(pool).port(-1)).hasMessage("port must be 0 to 65535, but was -1");
        assertThatThrownBy(Console::open).isInstanceOf(IllegalArgumentException.class);
    }
}
