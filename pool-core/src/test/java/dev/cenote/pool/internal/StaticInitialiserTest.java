package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool that is used in the static initialiser of a class that its factory needs: neither thread can go on. */
class StaticInitialiserTest {

    private static volatile TestPool test;

    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    };

    /** Each test needs a class of its own: one is initialised once. */
    private static final class Outwaited {
        static {
            test.pool.acquireUninterruptibly(Duration.ofSeconds(10)).close();
        }

        static void touch() {}
    }

    private static final class GivenUp {
        static {
            test.pool.acquireUninterruptibly(Duration.ofSeconds(100)).close();
        }

        static void touch() {}
    }

    private static final class Unconcerned {
        static {
            test.pool.acquireUninterruptibly(Duration.ofSeconds(10)).close();
        }

        static void touch() {}
    }

    /** What an acquire in a static initialiser ends with after that time. */
    private PoolException failure(Runnable initialise, Runnable create, Duration after) {
        try (TestPool opened = new TestPool(THREADS, it -> it.maxSize(1).createTimeout(Duration.ofSeconds(30)))) {
            test = opened;
            test.factory.onNextCreate(create::run);
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            THREADS.execute(() -> {
                try {
                    initialise.run();
                } catch (Throwable thrown) {
                    outcome.complete(thrown);
                }
            });
            Await.until(() -> test.factory.creating.get() == 1 && test.stats().waiters() == 1);
            test.advance(after);
            Throwable thrown = outcome.join();
            assertThat(thrown).isInstanceOf(ExceptionInInitializerError.class);
            Await.until(() -> test.factory.creating.get() == 0);
            Await.until(() -> test.stats().creating() == 0);
            return (PoolException) thrown.getCause();
        }
    }

    @Test
    @Tag("F87")
    void aTimeOutNamesTheStaticInitialiserThatTheCreateMayWaitFor() {
        PoolException failure = failure(Outwaited::touch, Outwaited::touch, Duration.ofSeconds(11));
        assertThat(failure)
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageContaining("static initialiser of " + Outwaited.class.getName());
    }

    @Test
    @Tag("F87")
    void soDoesTheFailureOfACreateThatTookTooLong() {
        PoolException failure = failure(GivenUp::touch, GivenUp::touch, Duration.ofSeconds(31));
        assertThat(failure)
                .isInstanceOf(CreateFailedException.class)
                .hasMessageContaining("static initialiser of " + GivenUp.class.getName());
    }

    @Test
    void aFactoryThatFailsByItselfIsNotExplainedByAStaticInitialiser() {
        Runnable fail = () -> {
            Await.until(() -> test.stats().waiters() == 1);
            throw new IllegalStateException("down");
        };
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        try (TestPool opened = new TestPool(THREADS, it -> it.maxSize(1))) {
            test = opened;
            test.factory.onNextCreate(fail::run);
            THREADS.execute(() -> {
                try {
                    Unconcerned.touch();
                } catch (Throwable thrown) {
                    outcome.complete(thrown);
                }
            });
            Await.until(() -> {
                test.advance(Duration.ofMillis(100));
                return outcome.isDone() || test.stats().total() == 1;
            });
        }
        if (outcome.isDone()) {
            assertThat(outcome.join().getCause()).hasMessageNotContaining("static initialiser");
        }
    }
}
