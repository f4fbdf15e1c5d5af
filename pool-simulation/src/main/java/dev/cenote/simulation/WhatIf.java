package dev.cenote.simulation;

import dev.cenote.pool.Fairness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command. */
@Command(
        name = "whatif",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        version = "Cenote 0.1.0-SNAPSHOT",
        description =
                "Replays what the callers of a pool did, with pools of other sizes, and tells what they would have"
                        + " seen: a table, and a page. See docs/sizing.md.")
public final class WhatIf implements Callable<Integer> {

    private static final int LARGEST = 10_000;
    private static final String DEFAULT = " (default: ${DEFAULT-VALUE})";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RECORDING", description = "a file that Pool.recordTo wrote")
    private Path file;

    @Option(
            names = "--sizes",
            paramLabel = "N..M",
            defaultValue = "2..32",
            converter = Sizes.class,
            description = "which sizes: 2..32, or 4,8,16, or both, 1 to 10000" + DEFAULT)
    private Sizes.Given sizes;

    @Option(
            names = "--target",
            paramLabel = "P=TIME",
            converter = Target.Converter.class,
            description = "what callers should see, such as p99=5ms; p50, p99 or p99.9")
    private Target target;

    @Option(
            names = "--server-cores",
            paramLabel = "N",
            defaultValue = "0",
            description = "how many uses the server runs at once; with more, each takes longer"
                    + " (default: told from the recording if it can be)")
    private double cores;

    @Option(
            names = "--fairness",
            paramLabel = "HOW",
            split = ",",
            converter = Order.class,
            description = "strict, or eventual:TIME; several with commas; threads that overtake are not simulated"
                    + " (default: as recorded)")
    private List<Fairness> fairness = List.of();

    @Option(
            names = "--max-waiters",
            paramLabel = "N",
            split = ",",
            description = "the bound of the queue; several with commas (default: as recorded)")
    private List<Integer> maxWaiters = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = TimeSpans.class,
            description = "how long callers wait (default: each as long as in the recording)")
    private Duration timeout;

    @Option(
            names = "--create-time",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = TimeSpans.class,
            description = "how long it takes to make an object, where the recording has none that was made" + DEFAULT)
    private Duration createTime;

    @Option(names = "--seed", defaultValue = "1", description = "of what is random in the replay" + DEFAULT)
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", description = "the page (default: RECORDING.html)")
    private Path out;

    private WhatIf() {}

    /** {@code 2..32} or {@code 4,8,16}. */
    static final class Sizes implements ITypeConverter<Sizes.Given> {
        record Given(List<Integer> sizes) {}

        @Override
        public Given convert(String text) {
            TreeSet<Integer> found = new TreeSet<>();
            for (String part : text.split(",")) {
                String[] ends = part.split("\\.\\.", 2);
                try {
                    int from = Integer.parseInt(ends[0]);
                    int to = Integer.parseInt(ends[ends.length - 1]);
                    if (from < 1 || to > LARGEST || from > to) {
                        throw new NumberFormatException();
                    }
                    for (int size = from; size <= to; size++) {
                        found.add(size);
                    }
                } catch (NumberFormatException e) {
                    throw new TypeConversionException("'" + text + "' must be sizes from 1 to " + LARGEST
                            + ", the smaller first, such as 2..32 or 4,8,16");
                }
            }
            return new Given(List.copyOf(found));
        }
    }

    /** {@code strict} or {@code eventual:5ms}. */
    static final class Order implements ITypeConverter<Fairness> {
        @Override
        public Fairness convert(String text) {
            if (text.equals("strict")) {
                return Fairness.STRICT;
            }
            if (text.startsWith("eventual:")) {
                return Fairness.eventual(TimeSpans.parse(text.substring("eventual:".length())));
            }
            throw new TypeConversionException(
                    "'" + text + "' must be strict, or eventual: and a time, such as eventual:5ms");
        }
    }

    /**
     * Runs the tool.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * Runs the tool, and returns the exit code.
     *
     * @param args see {@code --help}
     * @return 0; 1 if something failed, 2 if an argument is wrong, 3 if no size meets the target
     */
    public static int run(String... args) {
        return new CommandLine(new WhatIf()).execute(args);
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw wrong("RECORDING must be a file, but there is none at " + file);
        }
        if (cores < 0 || Double.isNaN(cores)) {
            throw wrong("--server-cores must be 0 or more, but was " + cores);
        }
        Recording recording = read();
        if (recording.calls().size() == 0) {
            throw wrong(file + " must have calls in it, but nobody came while it was written");
        }
        Assumption assumption = Assumption.of(recording, cores);
        List<Answer> answers = new ArrayList<>();
        for (Replay.Settings settings : settings(recording)) {
            answers.add(Answer.of(recording, sizes(recording), settings, assumption, seed));
        }
        Report report = new Report(recording, assumption, answers, target);
        System.out.print(report.text());
        Path page = out != null ? out : Path.of(file + ".html");
        Files.writeString(page, report.html());
        System.out.println("page: " + page);
        boolean isMet = target == null
                || answers.stream().anyMatch(answer -> answer.smallest(target).isPresent());
        return isMet ? 0 : 3;
    }

    private Recording read() throws IOException {
        try {
            return Recording.read(file);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    /** The recorded size is always among them: there the replay has to see what the recording saw. */
    private List<Integer> sizes(Recording recording) {
        TreeSet<Integer> all = new TreeSet<>(sizes.sizes());
        all.add(recording.settings().maxSize());
        return List.copyOf(all);
    }

    private List<Replay.Settings> settings(Recording recording) {
        Replay.Settings recorded =
                Replay.Settings.of(recording, recording.settings().maxSize());
        List<Replay.Settings> all = new ArrayList<>();
        for (Fairness order : fairness.isEmpty() ? List.of(recorded.fairness()) : fairness) {
            for (int bound : maxWaiters.isEmpty() ? List.of(recorded.maxWaiters()) : maxWaiters) {
                if (bound < 0) {
                    throw wrong("--max-waiters must be 0 or more, but was " + bound);
                }
                all.add(new Replay.Settings(recorded.maxSize(), bound, order, timeout, createTime));
            }
        }
        return all;
    }

    private ParameterException wrong(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
