package dev.cenote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.bench.keyed.IdleKeys;
import dev.cenote.bench.keyed.KeyChurn;
import dev.cenote.bench.keyed.KeyedWaits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of keyed pools run, and print what they should. No figure is looked at. */
@Tag("full")
class KeyedBenchmarksTest {

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
        assertThat(Printed.by(() -> KeyedWaits.main(new String[] {"1", "cenote"})))
                .contains("| cenote | ");
    }

    @Test
    void keysThatAreIdleAndKeysThatComeAndGoAreMeasured() throws Exception {
        assertThat(Printed.by(() -> IdleKeys.main(new String[] {"100", "3"})))
                .contains("100 keys with an idle object each", "0 left");
        assertThat(Printed.by(() -> KeyChurn.main(new String[] {"1000", "2"}))).contains("2 s: 2,000 keys used");
    }
}
