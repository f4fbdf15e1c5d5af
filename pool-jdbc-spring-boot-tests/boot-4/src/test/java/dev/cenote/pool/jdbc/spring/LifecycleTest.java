package dev.cenote.pool.jdbc.spring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Pool;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.spring.crac.Core;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/** What becomes of those who hold or wait for a connection when the application stops. */
@Timeout(60)
class LifecycleTest {

    /** The common pool may have one thread only. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @AfterAll
    static void noThreads() {
        THREADS.shutdown();
    }

    @AfterEach
    void noImage() {
        Core.whenImageIsTaken(() -> {});
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Thread.onSpinWait();
        }
    }

    private static CompletableFuture<Integer> one(DataSource source) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Connection connection = source.getConnection();
                            var statement = connection.createStatement();
                            var rows = statement.executeQuery("select 1")) {
                        rows.next();
                        return rows.getInt(1);
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                THREADS);
    }

    @Test
    void whenAnApplicationIsClosedThoseWhoHoldOrWaitAreServed() throws Exception {
        ConfigurableApplicationContext application =
                Application.run("spring.datasource.url=jdbc:h2:mem:closing", "spring.datasource.cenote.max-size=1");
        PooledDataSource source = application.getBean(PooledDataSource.class);
        Pool<?> pool = source.pool();
        CountDownLatch closing = new CountDownLatch(1);
        application.addApplicationListener(event -> {
            if (event instanceof ContextClosedEvent) {
                closing.countDown();
            }
        });
        Connection held = source.getConnection();
        CompletableFuture<Integer> waiting = one(source);
        await(() -> pool.stats().waiters() > 0);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(application::close, THREADS);
        closing.await();
        try (var statement = held.createStatement()) {
            statement.execute("create table t(id int)");
        }
        assertThat(source.pool().isClosed()).isFalse();
        held.close();
        assertThat(waiting.get()).isEqualTo(1);
        closed.get();
        assertThat(source.pool().isClosed()).isTrue();
    }

    @Test
    @Tag("full")
    void aLeaseThatIsNotGivenBackHoldsTheCloseUpForItsGraceAndNotForTwice() throws Exception {
        ConfigurableApplicationContext application = Application.run(
                "spring.datasource.url=jdbc:h2:mem:grace", "spring.datasource.cenote.shutdown-grace=8s");
        PooledDataSource source = application.getBean(PooledDataSource.class);
        Connection held = source.getConnection();
        long begin = System.nanoTime();
        application.close();
        assertThat(System.nanoTime() - begin).isBetween(SECONDS.toNanos(8), SECONDS.toNanos(15));
        assertThat(source.pool().isClosed()).isTrue();
        assertThat(held.isClosed()).isTrue();
    }

    /** One that belongs to somebody else, and one that belongs to the application. */
    @Configuration(proxyBeanMethods = false)
    static class Shared {

        static final AtomicReference<PooledDataSource> OF_OTHERS = new AtomicReference<>();
        static final AtomicReference<PooledDataSource> OWN = new AtomicReference<>();

        @Bean(destroyMethod = "")
        DataSource ofOthers() throws SQLException {
            OF_OTHERS.set(PooledDataSource.builder().url("jdbc:h2:mem:others").build());
            return OF_OTHERS.get();
        }

        @Bean(defaultCandidate = false)
        DataSource own() throws SQLException {
            OWN.set(PooledDataSource.builder().url("jdbc:h2:mem:own").build());
            return OWN.get();
        }
    }

    @Test
    void aDataSourceWithoutADestroyMethodOutlivesTheApplication() throws Exception {
        Application.run(Shared.class).close();
        try (PooledDataSource ofOthers = Shared.OF_OTHERS.get()) {
            assertThat(ofOthers.pool().isClosed()).isFalse();
            assertThat(one(ofOthers).get()).isEqualTo(1);
        }
        assertThat(Shared.OWN.get().pool().isClosed()).isTrue();
    }

    /** Uses the database when it is destroyed, as schema tools do. */
    @Configuration(proxyBeanMethods = false)
    static class Tidying implements DisposableBean {

        static final AtomicInteger TIDIED = new AtomicInteger();

        private final DataSource source;

        Tidying(DataSource source) {
            this.source = source;
        }

        @Override
        public void destroy() {
            TIDIED.addAndGet(one(source).join());
        }
    }

    @Test
    void beansThatUseTheDatabaseWhenTheyAreDestroyedGetTheirConnections() {
        ConfigurableApplicationContext application = Application.run(
                Tidying.class,
                "spring.datasource.url=jdbc:h2:mem:tidying",
                "spring.datasource.cenote.acquire-timeout=5s");
        application.stop();
        application.close();
        assertThat(Tidying.TIDIED).hasValue(1);
    }

    @Test
    void theImageOfACheckpointHasNoConnectionAndAfterTheRestoreAllGoesOn() throws Exception {
        String url = Postgres.url("checkpoint");
        try (ConfigurableApplicationContext application = Application.run(
                "spring.datasource.url=" + url + "&ApplicationName=checkpoint",
                "spring.datasource.cenote.min-idle=2",
                "spring.datasource.cenote.max-size=3")) {
            PooledDataSource source = application.getBean(PooledDataSource.class);
            Pool<?> pool = source.pool();
            pool.warmUp(3).get();
            assertThat(sessions(url)).isEqualTo(3);
            AtomicInteger inImage = new AtomicInteger(-1);
            Core.whenImageIsTaken(() -> {
                while (sessions(url) > 0 && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait(); // the server's side of a session ends a moment after its client has left
                }
                inImage.set(sessions(url));
            });

            Connection held = source.getConnection();
            CompletableFuture<Void> restored = CompletableFuture.runAsync(
                    () -> {
                        try {
                            org.crac.Core.checkpointRestore();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    THREADS);
            await(() -> pool.stats().idle() == 0); // The others are destroyed, and this one is waited for.
            CompletableFuture<Integer> waiting = one(source);
            await(() -> pool.stats().waiters() > 0);
            held.close();
            restored.get();
            assertThat(inImage).hasValue(0);
            assertThat(waiting.get()).isEqualTo(1);
            assertThat(one(source).get()).isEqualTo(1);
        }
    }

    private static int sessions(String url) {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select count(*) from pg_stat_activity where application_name = 'checkpoint'")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
