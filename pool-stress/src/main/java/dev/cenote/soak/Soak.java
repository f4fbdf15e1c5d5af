package dev.cenote.soak;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        version = "Cenote 0.1.0-SNAPSHOT",
        description =
                "Does everything that a pool can do, at random, under faults, and checks its promises all the time.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:everything held", "1:something did not", "2:the options are wrong"})
public final class Soak implements Callable<Integer> {

    private static final int MOST_THREADS = 10_000;
    private static final int MOST_OBJECTS = 10_000;
    private static final int MOST_KEYS = 1_000_000;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "5",
            description = "how long, also a fraction (default: ${DEFAULT-VALUE})")
    private double minutes;

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "0",
            description = "end after so many acquires; 0: when the time is up (default: ${DEFAULT-VALUE})")
    private long operations;

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "32",
            description = "threads, 1 to " + MOST_THREADS + " (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(
            names = "--virtual",
            paramLabel = "V",
            description = "how many of them are virtual (default: half, where the JVM has virtual threads)")
    private Integer virtual;

    @Option(
            names = "--size",
            paramLabel = "S",
            defaultValue = "8",
            description = "objects in the pool, 1 to " + MOST_OBJECTS + " (default: ${DEFAULT-VALUE})")
    private int size;

    @Option(
            names = "--faults",
            paramLabel = "R",
            defaultValue = "0.02",
            description = "share of the calls of factory and validator, and of the operations between the bursts, that"
                    + " have a fault, 0 to 0.5 (default: ${DEFAULT-VALUE})")
    private double faults;

    @Option(
            names = "--keys",
            paramLabel = "K",
            defaultValue = "0",
            description = "use a keyed pool with so many keys, whose budget is --size; 0: a pool without keys"
                    + " (default: ${DEFAULT-VALUE})")
    private int keys;

    @Option(names = "--seed", paramLabel = "N", description = "of the choices; the interleaving is the machine's")
    private Long seed;

    private Soak() {}

    /**
     * Runs the soak.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Soak())
                .setExecutionExceptionHandler((e, command, result) -> {
                    e.printStackTrace(command.getErr());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        check(minutes > 0 && minutes <= 100_000, "--minutes", "more than 0, to 100000", minutes);
        check(operations >= 0, "--operations", "0 or more", operations);
        check(threads >= 1 && threads <= MOST_THREADS, "--threads", "1 to " + MOST_THREADS, threads);
        check(size >= 1 && size <= MOST_OBJECTS, "--size", "1 to " + MOST_OBJECTS, size);
        check(faults >= 0 && faults <= 0.5, "--faults", "0 to 0.5", faults);
        check(keys >= 0 && keys <= MOST_KEYS, "--keys", "0 to " + MOST_KEYS, keys);
        check(virtualThreads() >= 0 && virtualThreads() <= threads, "--virtual", "0 to --threads", virtualThreads());
        check(virtualThreads() == 0 || Threads.hasVirtual(), "--virtual", "0 on this JVM", virtualThreads());
        if (seed == null) {
            seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
        }
        System.out.printf(
                "soak: JDK %s, %d processors; %d threads (%d of them virtual), %d objects, faults %s, seed %d%n",
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                threads,
                virtualThreads(),
                size,
                faults,
                seed);
        if (keys > 0) {
            System.out.printf("a keyed pool with %d keys; all threads are platform threads%n", keys);
            return new KeyedSoaking(this, keys).run() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
        Soaking soaking = new Soaking(this);
        soaking.run();
        new Report(System.out).print(soaking);
        return soaking.violations.count() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void check(boolean isGood, String option, String range, Object value) {
        if (!isGood) {
            throw new ParameterException(new CommandLine(this), option + " must be " + range + ", but was " + value);
        }
    }

    Duration length() {
        return Duration.ofMillis((long) (minutes * 60_000));
    }

    long operations() {
        return operations;
    }

    int threads() {
        return threads;
    }

    int virtualThreads() {
        if (virtual == null) {
            return Threads.hasVirtual() ? threads / 2 : 0;
        }
        return virtual;
    }

    int size() {
        return size;
    }

    double faults() {
        return faults;
    }

    long seed() {
        return seed;
    }
}
