package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolFullException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Callers that wait are parked, their number is bounded, and they hold up nobody else. */
class WaitingTest {

    @Test
    @Tag("P8")
    void pastMaxWaitersTheNewestIsRefusedWithTheCounts() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(3))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiters.add(test.pool.acquireAsync());
            }
            assertThatThrownBy(() -> test.pool.acquire()).isInstanceOfSatisfying(PoolFullException.class, full -> {
                assertThat(full.stats().waiters()).isEqualTo(3);
                assertThat(full.stats().leased()).isEqualTo(1);
            });
            assertThat(waiters).noneMatch(CompletableFuture::isDone);
            held.close();
            waiters.forEach(waiter -> waiter.join().close());
        }
    }

    @Test
    @Tag("P8")
    @Tag("F86")
    void aCallerThatWaitsForADestroyIsNotRefusedForWantOfWaitersPlaces() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(1).maxUses(1).maxWaiters(0))) {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync();
                assertThat(lease).isNotDone();
                executor.runAll();
                lease.join().close();
            }
            executor.runAll();
        }
    }

    @Test
    @Tag("P11")
    void fiveHundredWaitersAreParked() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Thread thread = new Thread(() -> test.acquire().close());
                thread.start();
                threads.add(thread);
            }
            test.awaitWaiters(500);
            Await.until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.TIMED_WAITING));
            var bean = ManagementFactory.getThreadMXBean();
            long[] before = threads.stream()
                    .mapToLong(it -> bean.getThreadCpuTime(it.getId()))
                    .toArray();
            for (int i = 0; i < 1_000; i++) {
                test.pool.housekeep(); // whatever goes on, it does not wake them
                test.stats();
            }
            for (int i = 0; i < before.length; i++) { // a little, for one that was still on its way into its park
                assertThat(bean.getThreadCpuTime(threads.get(i).getId()) - before[i])
                        .isLessThan(1_000_000);
            }
            held.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    @Tag("P11")
    @Tag("F9")
    void waitersUseNoProcessorTimeWhateverElseGoesOn() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(2).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            Lease<Thing> held = test.acquire();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                threads.add(started(() -> test.acquire().close()));
            }
            test.awaitWaiters(20);
            TestPool.awaitParked(threads, 20);
            var bean = ManagementFactory.getThreadMXBean();
            List<Long> before = threads.stream()
                    .map(it -> bean.getThreadCpuTime(it.getId()))
                    .toList();
            for (int i = 0; i < 200; i++) { // creates fail, others come and go, time passes
                test.pool.acquireAsync().cancel(false);
                test.advance(Duration.ofMillis(10));
                test.resize(test.pool.config().limits());
            }
            for (int i = 0; i < threads.size(); i++) { // a little, for one that was still on its way into its park
                assertThat(bean.getThreadCpuTime(threads.get(i).getId()) - before.get(i))
                        .isLessThan(1_000_000);
            }
            held.close();
            threads.forEach(Interleaving::join);
        }
    }

    @Test
    @Tag("F11")
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtualThreadsThatWaitLeaveTheirCarriersToOthers() throws Exception {
        int many = 8 * Runtime.getRuntime().availableProcessors();
        Executor virtual = Access.virtualThreads();
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CountDownLatch served = new CountDownLatch(many);
            for (int i = 0; i < many; i++) {
                virtual.execute(() -> {
                    test.acquire().close();
                    served.countDown();
                });
            }
            test.awaitWaiters(many); // all of them, though there are fewer carriers
            CountDownLatch other = new CountDownLatch(1);
            virtual.execute(other::countDown);
            other.await();
            held.close();
            served.await();
        }
    }

    @Test
    @Tag("F11")
    @Tag("long")
    void nothingInThePoolEntersAMonitorWhichWouldPinACarrierBeforeJdk24() throws Exception {
        Path classes = Path.of(DefaultPool.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        StringWriter code = new StringWriter();
        try (Stream<Path> files = Files.walk(classes)) {
            List<String> args = new ArrayList<>(List.of("-c", "-p"));
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .forEach(args::add);
            StringWriter errors = new StringWriter();
            ToolProvider.findFirst("javap")
                    .orElseThrow()
                    .run(new PrintWriter(code), new PrintWriter(errors), args.toArray(String[]::new));
        }
        assertThat(code.toString())
                .contains("class dev.cenote.pool.internal.wait.WaitQueue")
                .doesNotContain("monitorenter")
                .doesNotContain(" synchronized ");
    }
}
