package dev.cenote.bench;

import dev.cenote.peers.Item;
import dev.cenote.peers.Machine;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import dev.cenote.peers.Quiet;
import dev.cenote.peers.StubDriver;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints what a pool costs beside its work: the heap for an idle object, an idle pool, a waiter and a lease, and the time to open it and
 * to close it.
 *
 * <p>A figure of heap is the difference of what is in use after a collection, for many of the same kind. Objects and the callers' threads
 * are not counted. Each pool has processes of its own.
 */
public final class Footprint {

    private static final String TIMES = "--times";
    private static final String HEAP = "--heap";
    private static final String QUICK = "--quick";
    private static final int FORKS = 5;
    private static final int SIZE = 16;
    private static final int OBJECTS = 1_000;
    private static final int POOLS = 100;
    private static final int WAITERS = 200;
    private static final int OPENINGS = 400;
    private static final int WARM_FROM = 200;
    private static final int SETTLING_SECONDS = 15;
    private static final long BLOCKING_MILLIS = 300;
    private static final Maker MAKER = new Maker(); // one for all pools of a process, since it is not the pool's

    /** The serial collector leaves gaps between objects, and counts them as used, unless it compacts each time. */
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC", "-XX:MarkSweepAlwaysCompactCount=1", "-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    /** What a process tells of heap, in this order. */
    private static final List<String> HEAP_HEADS =
            List.of("an idle object", "an idle pool", "its threads", "a waiter", "a lease");

    private static final String HEAP_ROW = "| %s | %,.0f B | %,.0f B | %.0f | %,.0f B | %,.0f B |";

    /** What a process tells of times, in this order. */
    private static final List<String> TIMES_HEADS = List.of("open, first", "close, first", "open, warm", "close, warm");

    private static final String TIMES_ROW = " %,.0f µs | %,.0f µs | %,.1f µs | %,.1f µs |%n";

    private Footprint() {}

    /**
     * Measures some pools: heap in one process each, since it is the same each time; times in five, alternated.
     *
     * @param args the pools' ids, all by default; before them {@code --quick} for one process of times, also if the machine is busy
     * @throws Exception if a process fails, or the machine is busy
     */
    public static void main(String[] args) throws Exception {
        List<String> ids = new ArrayList<>(List.of(args));
        if (ids.remove(TIMES)) {
            tell(times(Peers.withId(ids.get(0))));
            return;
        }
        if (ids.remove(HEAP)) {
            tell(heap(Peers.withId(ids.get(0))));
            return;
        }
        boolean isQuick = ids.remove(QUICK);
        if (ids.isEmpty()) {
            Peers.all().forEach(peer -> ids.add(peer.id()));
        }
        int forks = isQuick ? 1 : FORKS;
        Map<String, List<double[]>> times = new LinkedHashMap<>();
        for (int fork = 0; fork < forks; fork++) {
            for (String id : ids) {
                if (!isQuick) {
                    Quiet.here().await();
                }
                times.computeIfAbsent(id, pool -> new ArrayList<>()).add(Fork.figures(Footprint.class, JVM, TIMES, id));
            }
        }
        System.out.printf(
                "%s; %s; `bin/footprint`; times are medians of %d processes%n%n| pool | %s |%n|---%s|%n",
                Machine.here(System.getProperty("java.class.path")).summary(),
                LocalDate.now(),
                forks,
                String.join(" | ", HEAP_HEADS) + " | " + String.join(" | ", TIMES_HEADS),
                "|--:".repeat(HEAP_HEADS.size() + TIMES_HEADS.size()));
        for (String id : ids) {
            double[] heap = Fork.figures(Footprint.class, JVM, HEAP, id);
            System.out.printf(
                    Locale.ROOT, HEAP_ROW, Peers.withId(id).name(), heap[0], heap[1], heap[2], heap[3], heap[4]);
            double[] each = IntStream.range(0, TIMES_HEADS.size())
                    .mapToDouble(figure -> Fork.median(times.get(id), figure))
                    .toArray();
            System.out.printf(Locale.ROOT, TIMES_ROW, each[0], each[1], each[2], each[3]);
        }
    }

    private static void tell(double... figures) {
        System.out.println(Arrays.stream(figures).mapToObj(Double::toString).collect(Collectors.joining(",")));
        System.out.flush();
        Runtime.getRuntime().halt(0); // whatever the pools have left behind
    }

    private static double[] heap(Peer.Named kind) throws Exception {
        Callable<?> maker = maker(kind);
        int threads = threads();
        open(kind, 1).close(); // what is needed once is not to be counted
        settle(threads);
        bytesEach(new Object[OBJECTS], maker); // nor what the measurement itself needs
        double made = bytesEach(new Object[OBJECTS], maker);

        Peer[] pools = new Peer[POOLS];
        threads = threads();
        double pool = bytesEach(pools, () -> open(kind, 1)) - made;
        double poolThreads = (double) (threads() - threads) / POOLS;

        Peer[] large = new Peer[1];
        double object = (bytesEach(large, () -> open(kind, OBJECTS)) - pool - OBJECTS * made) / (OBJECTS - 1);
        double lease = bytesEach(new Object[OBJECTS], large[0]::acquire);
        double waiter = waiterBytes(pools[0]);
        Reference.reachabilityFence(pools);
        return new double[] {object, pool, poolThreads, waiter, lease};
    }

    private static double[] times(Peer.Named kind) throws Exception {
        double[][] each = openAndClose(kind);
        List<double[]> warm = List.of(each).subList(WARM_FROM, OPENINGS);
        return new double[] {each[0][0], each[0][1], Fork.median(warm, 0), Fork.median(warm, 1)};
    }

    /** For each time the microseconds until a first object is there, and those of the close. */
    private static double[][] openAndClose(Peer.Named kind) throws Exception {
        double[][] times = new double[OPENINGS][];
        for (int i = 0; i < OPENINGS; i++) {
            long begun = System.nanoTime();
            Peer pool = kind.kind().open(SIZE, new Maker());
            Object handle = pool.acquire();
            long opened = System.nanoTime();
            pool.release(handle);
            long closing = System.nanoTime();
            pool.close();
            times[i] = new double[] {(opened - begun) / 1e3, (System.nanoTime() - closing) / 1e3};
        }
        return times;
    }

    /** Makes what the pool is filled with, which is not the pool's own. */
    private static Callable<?> maker(Peer.Named kind) {
        StubDriver driver = new StubDriver();
        return kind.id().equals("agroal") ? () -> driver.connect("jdbc:stub", new Properties()) : () -> new Item(1);
    }

    /** Opens a pool whose objects are all idle, and each was leased once. */
    private static Peer open(Peer.Named kind, int size) throws Exception {
        Peer pool = kind.kind().open(size, MAKER);
        pool.fill(size);
        pool.fillByAcquires(size);
        return pool;
    }

    /** Fills the places, and returns how much heap each of them took. */
    private static double bytesEach(Object[] places, Callable<?> maker) throws Exception {
        int threads = threads();
        long before = Heap.usedAfterCollection();
        for (int i = 0; i < places.length; i++) {
            places[i] = maker.call();
        }
        settle(threads);
        double bytes = (double) (Heap.usedAfterCollection() - before) / places.length;
        Reference.reachabilityFence(places);
        return bytes;
    }

    /** Waits for new threads that end by themselves when they have nothing to do. */
    private static void settle(int before) throws InterruptedException {
        long begun = System.nanoTime();
        while (threads() > before && System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(SETTLING_SECONDS)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** Of threads that have used the pool of one before, so that what it keeps for a thread is not counted. */
    private static double waiterBytes(Peer pool) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WAITERS);
        AtomicBoolean isTaken = new AtomicBoolean();
        CountDownLatch used = new CountDownLatch(WAITERS);
        CountDownLatch waiting = new CountDownLatch(WAITERS);
        List<Future<?>> waiters = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            waiters.add(threads.submit(() -> {
                pool.release(pool.acquire());
                used.countDown();
                while (!isTaken.get()) {
                    TimeUnit.MILLISECONDS.sleep(1); // leaves nothing on the heap, as a wait for a lock would
                }
                waiting.countDown();
                pool.release(pool.acquire());
                return null;
            }));
        }
        used.await();
        Object handle = pool.acquire();
        long before = Heap.usedAfterCollection();
        isTaken.set(true);
        waiting.await();
        TimeUnit.MILLISECONDS.sleep(BLOCKING_MILLIS);
        double bytes = (double) (Heap.usedAfterCollection() - before) / WAITERS;
        pool.release(handle);
        for (Future<?> waiter : waiters) {
            waiter.get();
        }
        threads.shutdown();
        threads.awaitTermination(1, TimeUnit.MINUTES);
        return bytes;
    }
}
