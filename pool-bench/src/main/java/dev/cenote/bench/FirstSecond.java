package dev.cenote.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.cenote.peers.Machine;
import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import dev.cenote.peers.Quiet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prints what the first second of a pool costs in a fresh process: how long it takes to open it and to get a first object, after how
 * many turns the rate is steady, and how much processor time goes into compiling.
 *
 * <p>A turn is an acquire and its release by one thread, of a pool of 16. The rate is steady from the first 10 ms on after which no
 * tenth of a second has less than 90 % of the turns of the last second, per time.
 */
public final class FirstSecond {

    private static final int SIZE = 16;
    private static final int FORKS = 5;
    static final int SLICES = 300;
    private static final int STEADY_SLICES = 100; // the last ones
    private static final int WINDOW = 10; // slices
    private static final long SLICE_NANOS = 10_000_000;
    private static final int TURNS_A_LOOK = 32;
    private static final double STEADY = 0.9;
    private static final String CHILD = "--child";

    /** What is told of a fork, in this order. */
    private enum Told {
        OPEN_MILLIS,
        CLOSE_MILLIS,
        STEADY_MILLIS,
        STEADY_TURNS,
        COMPILE_MILLIS,
        CPU_MILLIS,
        NANOS_A_TURN
    }

    private FirstSecond() {}

    /**
     * Measures some pools, alternated, in five processes each.
     *
     * @param args the pools' ids; all by default
     * @throws Exception if a process fails, or the machine is busy
     */
    public static void main(String[] args) throws Exception {
        if (args.length == 2 && args[0].equals(CHILD)) {
            System.out.println(measure(args[1]));
            return;
        }
        List<String> ids = args.length > 0
                ? List.of(args)
                : Stream.concat(Peers.all().stream(), Peers.limits().stream().limit(1))
                        .map(Peer.Named::id)
                        .toList();
        System.out.println(Machine.here(System.getProperty("java.class.path")).summary());
        for (boolean isTouched : new boolean[] {false, true}) {
            Map<String, List<double[]>> forks = new LinkedHashMap<>();
            for (int fork = 0; fork < FORKS; fork++) {
                for (String id : ids) {
                    Quiet.here().await();
                    forks.computeIfAbsent(id, pool -> new ArrayList<>()).add(fork(id, isTouched));
                }
            }
            print(forks, isTouched);
        }
    }

    private static double[] fork(String id, boolean isTouched) throws IOException, InterruptedException {
        List<String> jvm = new ArrayList<>(List.of("-Xms1g", "-Xmx1g"));
        if (isTouched) {
            jvm.add("-XX:+AlwaysPreTouch");
        }
        return Fork.figures(FirstSecond.class, jvm, CHILD, id);
    }

    private static String measure(String id) throws Exception {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long compiledBefore = compileMillis();
        long cpuBefore = system.getProcessCpuTime();
        long begun = System.nanoTime();
        Peer pool = Peers.withId(id).kind().open(SIZE, new Maker());
        pool.release(pool.acquire());
        long opened = System.nanoTime();
        pool.fill(SIZE);
        int[] turns = turns(pool.forOneThread());
        double cpu = (system.getProcessCpuTime() - cpuBefore) / 1e6;
        long compiled = compileMillis() - compiledBefore;
        long closing = System.nanoTime();
        pool.close();
        long closed = System.nanoTime();
        double steadyRate = sum(turns, SLICES - STEADY_SLICES, SLICES) / (double) STEADY_SLICES;
        int steadyFrom = steadyFrom(turns, steadyRate);
        double[] told = new double[Told.values().length];
        told[Told.OPEN_MILLIS.ordinal()] = (opened - begun) / 1e6;
        told[Told.CLOSE_MILLIS.ordinal()] = (closed - closing) / 1e6;
        told[Told.STEADY_MILLIS.ordinal()] = steadyFrom * SLICE_NANOS / 1e6;
        told[Told.STEADY_TURNS.ordinal()] = sum(turns, 0, steadyFrom);
        told[Told.COMPILE_MILLIS.ordinal()] = compiled;
        told[Told.CPU_MILLIS.ordinal()] = cpu;
        told[Told.NANOS_A_TURN.ordinal()] = SLICE_NANOS / steadyRate;
        return String.join(",", Arrays.stream(told).mapToObj(Double::toString).toList());
    }

    private static long compileMillis() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }

    /** How many turns one thread had in each slice of the time. */
    private static int[] turns(Peer pool) throws Exception {
        int[] turns = new int[SLICES];
        long begun = System.nanoTime();
        int slice = 0;
        while (slice < SLICES) {
            for (int i = 0; i < TURNS_A_LOOK; i++) {
                pool.release(pool.acquire());
            }
            turns[slice] += TURNS_A_LOOK;
            slice = (int) ((System.nanoTime() - begun) / SLICE_NANOS);
        }
        return turns;
    }

    static int steadyFrom(int[] turns, double steadyRate) {
        int from = SLICES - STEADY_SLICES;
        while (from > 0 && sum(turns, from - 1, from - 1 + WINDOW) >= STEADY * WINDOW * steadyRate) {
            from--;
        }
        return from;
    }

    private static long sum(int[] turns, int from, int to) {
        return Arrays.stream(turns, from, to).asLongStream().sum();
    }

    private static void print(Map<String, List<double[]>> forks, boolean isTouched) {
        System.out.println(
                "\nheap " + (isTouched ? "" : "not ") + "touched before; medians of " + FORKS + " processes\n");
        System.out.println(
                "| pool | open, first object | close | steady after | turns until then | compiling | processor time, 3 s"
                        + " | a turn then |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
        forks.forEach((id, told) -> System.out.println(String.format(
                Locale.ROOT,
                "| %s | %.1f ms | %.1f ms | %.0f ms | %,.0f | %.0f ms | %,.0f ms | %.1f ns |",
                Peers.withId(id).name(),
                median(told, Told.OPEN_MILLIS),
                median(told, Told.CLOSE_MILLIS),
                median(told, Told.STEADY_MILLIS),
                median(told, Told.STEADY_TURNS),
                median(told, Told.COMPILE_MILLIS),
                median(told, Told.CPU_MILLIS),
                median(told, Told.NANOS_A_TURN))));
    }

    private static double median(List<double[]> forks, Told what) {
        return Fork.median(forks, what.ordinal());
    }
}
