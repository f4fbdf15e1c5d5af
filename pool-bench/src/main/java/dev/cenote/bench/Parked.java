package dev.cenote.bench;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Parks threads in a pool for a while, and prints how much of a core the process used meanwhile. */
public final class Parked {

    private static final int THREADS = 500;
    private static final int SECONDS = 10;

    private Parked() {}

    /**
     * Runs it.
     *
     * @param args none
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        try (Pool<Object> pool = Pool.builder(Object::new).maxSize(1).build()) {
            List<Thread> threads = new ArrayList<>();
            try (Lease<Object> held = pool.acquire()) {
                for (int i = 0; i < THREADS; i++) {
                    Thread thread = new Thread(() ->
                            pool.acquireUninterruptibly(Duration.ofMinutes(1)).close());
                    thread.start();
                    threads.add(thread);
                }
                while (pool.stats().waiters() < THREADS) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                TimeUnit.SECONDS.sleep(1);
                long before = cpuNanos();
                TimeUnit.SECONDS.sleep(SECONDS);
                long used = cpuNanos() - before;
                System.out.printf(
                        "%d waiters for %d s: %.2f %% of one core (the whole process), lease still held: %b%n",
                        THREADS, SECONDS, used / 1e7 / SECONDS, held.get() != null);
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("this system does not tell a process's CPU time"))
                .toNanos();
    }
}
