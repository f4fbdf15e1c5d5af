package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The code of docs/guides/virtual-threads-and-async.md. */
class VirtualThreadsAndAsyncGuideTest {

    /** Any object that one thread at a time may use. */
    static final class Session {
        String answer(String question) {
            return "answer to " + question;
        }
    }

    static Pool<Session> open() {
        // snippet: open
        Pool<Session> sessions = Pool.builder(Session::new)
                .name("sessions")
                .maxSize(10)
                .maxWaiters(4_000) // 10 objects × 2 s ÷ 5 ms a use: a caller further back would not be served in time
                .acquireTimeout(Duration.ofSeconds(2))
                .build();
        // end
        return sessions;
    }

    static Pool<Session> openForThroughput() {
        // snippet: eventual
        Pool<Session> sessions = Pool.builder(Session::new)
                .maxSize(10)
                .fairness(Fairness.eventual(Duration.ofMillis(1)))
                .build();
        // end
        return sessions;
    }

    static List<String> each(Pool<Session> sessions, ExecutorService threads, List<String> questions) throws Exception {
        // snippet: blocking
        // ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor(), on JDK 21 or newer
        List<Future<String>> answers = new ArrayList<>();
        for (String question : questions) {
            answers.add(threads.submit(() -> sessions.withObject(session -> session.answer(question))));
        }
        // end
        List<String> all = new ArrayList<>();
        for (Future<String> answer : answers) {
            all.add(answer.get());
        }
        return all;
    }

    static CompletableFuture<String> async(Pool<Session> sessions, String question) {
        // snippet: async
        CompletableFuture<String> answer = sessions.withObjectAsync(session -> session.answer(question));
        // end
        return answer;
    }

    static CompletableFuture<Lease<Session>> lease(Pool<Session> sessions, Consumer<Session> use) {
        // snippet: lease
        CompletableFuture<Lease<Session>> waiting = sessions.acquireAsync(Duration.ofMillis(500));
        waiting.thenAcceptAsync(lease -> {
            try (lease) {
                use.accept(lease.get());
            }
        });
        // waiting.cancel(true) leaves the queue; cancel this future, not one that depends on it
        // end
        return waiting;
    }

    @Test
    void everyQuestionIsAnswered() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Pool<Session> sessions = open();
                Pool<Session> fast = openForThroughput()) {
            assertThat(each(sessions, threads, List.of("a", "b"))).containsExactly("answer to a", "answer to b");
            assertThat(each(fast, threads, List.of("c"))).containsExactly("answer to c");
            assertThat(async(sessions, "d").join()).isEqualTo("answer to d");
            CountDownLatch used = new CountDownLatch(1);
            lease(sessions, session -> used.countDown()).join();
            used.await();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aQueueThatIsFullRefuses() throws Exception {
        try (Pool<Session> sessions =
                        Pool.builder(Session::new).maxSize(1).maxWaiters(0).build();
                Lease<Session> only = sessions.acquire()) {
            assertThatThrownBy(sessions::acquire)
                    .isInstanceOf(PoolFullException.class)
                    .hasMessageContaining("help#pool-full");
            assertThat(only.get()).isNotNull();
        }
    }
}
