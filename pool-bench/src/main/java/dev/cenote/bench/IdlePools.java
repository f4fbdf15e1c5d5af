package dev.cenote.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Prints what many pools cost that nobody uses: heap, threads and processor time. Needs the serial collector. */
public final class IdlePools {

    private static final int SETTLING_SECONDS = 15;
    private static final int MEASURED_SECONDS = 15;

    private IdlePools() {}

    /**
     * Opens pools that are never used, and then as many that were used once.
     *
     * @param args how many; 1,000 and 10,000 by default
     * @throws Exception if interrupted
     */
    public static void main(String[] args) throws Exception {
        for (String pools : args.length > 0 ? List.of(args) : List.of("1000", "10000")) {
            print(Integer.parseInt(pools), false);
            print(Integer.parseInt(pools), true);
        }
    }

    private static void print(int count, boolean areUsedOnce) throws Exception {
        open("the first", true).close(); // what is needed once is not to be counted
        long before = Heap.usedAfterCollection();
        List<Pool<Object>> pools = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pools.add(open("idle-" + i, areUsedOnce));
        }
        TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
        long bytes = (Heap.usedAfterCollection() - before) / count;
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpuBefore = system.getProcessCpuTime();
        long begun = System.nanoTime();
        TimeUnit.SECONDS.sleep(MEASURED_SECONDS);
        double cpu = 100.0 * (system.getProcessCpuTime() - cpuBefore) / (System.nanoTime() - begun);
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("cenote"))
                .count();
        System.out.printf(
                Locale.ROOT,
                "%d pools, %s: %d bytes each, %d threads, %.2f %% of a core%n",
                count,
                areUsedOnce ? "used once" : "never used",
                bytes,
                threads,
                cpu);
        Reference.reachabilityFence(pools);
        pools.forEach(Pool::close);
    }

    private static Pool<Object> open(String name, boolean isUsed) throws InterruptedException {
        Pool<Object> pool = Pool.<Object>builder(Object::new).name(name).build();
        if (isUsed) {
            try (Lease<Object> lease = pool.acquire()) {
                Reference.reachabilityFence(lease);
            }
        }
        return pool;
    }
}
