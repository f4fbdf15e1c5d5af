package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Stops the pools after all else that has a lifecycle (web servers, schedulers, listeners), and starts them before it.
 *
 * <p>Of an application that is being closed the pools go on: those who hold or wait for a connection are waited for, up to the
 * pool's {@code shutdownGrace}. The pools are closed later, when their beans are destroyed, after the beans that use them.
 *
 * <p>Of an application that is only stopped (for a checkpoint of the process by CRaC, or a pause) the pools are drained: when the
 * stop is over there is no connection, and callers wait until the application is started again.
 */
final class PoolLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc.spring");
    private static final long LOOK_EVERY_MILLIS = 10;

    private final ApplicationContext application;
    private final PoolBeans beans;
    private volatile boolean isRunning;
    private volatile boolean isClosing;
    private volatile List<Pool<?>> drained = List.of();

    PoolLifecycle(ApplicationContext application, PoolBeans beans) {
        this.application = application;
        this.beans = beans;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == application) { // Those of its children come here, too.
            isClosing = true;
            resume(); // Beans may want connections when they are destroyed, also if this was stopped before.
        }
    }

    /** First to start, last to stop. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    @Override
    public void start() {
        resume();
        isRunning = true;
    }

    private void resume() {
        drained.forEach(Pool::resume);
        drained = List.of();
    }

    @Override
    public void stop(Runnable callback) {
        new Thread(
                        () -> {
                            try {
                                stop();
                            } finally {
                                callback.run();
                            }
                        },
                        "cenote-stop")
                .start();
    }

    @Override
    public void stop() {
        List<Pool<?>> pools = beans.pools();
        long begin = System.nanoTime();
        try {
            if (isClosing) {
                for (Pool<?> pool : pools) {
                    awaitQuiet(pool, begin);
                }
            } else {
                drain(pools, begin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while the pools were being stopped (see https://cenote.dev/help#still-in-use)");
        } finally {
            isRunning = false;
        }
    }

    /** Looks now and then, since a pool tells nobody that a connection came back. */
    private static void awaitQuiet(Pool<?> pool, long begin) throws InterruptedException {
        while (true) {
            PoolStats stats = pool.stats();
            if (stats.leased() == 0 && stats.waiters() == 0) {
                return;
            }
            if (left(pool, begin).isZero()) {
                LOG.warn(
                        "The application is closed though connections of the pool '{}' are in use: {}"
                                + " (see https://cenote.dev/help#still-in-use)",
                        stats.name(),
                        stats.summary());
                return;
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private void drain(List<Pool<?>> pools, long begin) throws InterruptedException {
        drained = pools;
        List<CompletableFuture<Void>> drains =
                pools.stream().<CompletableFuture<Void>>map(Pool::drain).toList();
        for (int i = 0; i < pools.size(); i++) {
            Pool<?> pool = pools.get(i);
            try {
                drains.get(i).get(TimeUnit.NANOSECONDS.convert(left(pool, begin)), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                LOG.warn(
                        "Connections of the pool '{}' are still in use, and so open: {} (see https://cenote.dev/help#still-in-use)",
                        pool.config().name(),
                        pool.stats().summary());
            } catch (ExecutionException e) {
                LOG.warn(
                        "The pool '{}' could not be drained (see https://cenote.dev/help#still-in-use)",
                        pool.config().name(),
                        e.getCause());
            }
        }
    }

    private static Duration left(Pool<?> pool, long begin) {
        Duration left = pool.config().shutdownGrace().minusNanos(System.nanoTime() - begin);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
