package dev.cenote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of keyed pools run, and print what they should. No figure is looked at. */
@Tag("full")
class KeyedBenchmarksTest {

    /** A command. */
    private interface Command {
        void run(String... args) throws Exception;
    }

    private static String output(Command command, String... args) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            command.run(args);
        } finally {
            System.setOut(before);
        }
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyPeerLeases() throws Exception {
        assertThat(new Runner(new OptionsBuilder()
                                .include("\\.KeyedLeasing\\.lease$")
                                .param("keys", "1", "100")
                                .forks(0)
                                .warmupIterations(0)
                                .measurementIterations(1)
                                .measurementTime(TimeValue.milliseconds(50))
                                .shouldFailOnError(true)
                                .verbosity(VerboseMode.SILENT)
                                .build())
                        .run())
                .hasSize(12);
    }

    @Test
    void waitsArePrinted() throws Exception {
        assertThat(output(dev.cenote.bench.keyed.KeyedWaits::main, "1", "cenote"))
                .contains("| cenote | ");
    }

    @Test
    void keysThatAreIdleAndKeysThatComeAndGoAreMeasured() throws Exception {
        assertThat(output(dev.cenote.bench.keyed.IdleKeys::main, "100", "3"))
                .contains("100 keys with an idle object each", "0 left");
        assertThat(output(dev.cenote.bench.keyed.KeyChurn::main, "1000", "2")).contains("2 s: 2,000 keys used");
    }
}
