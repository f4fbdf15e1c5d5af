package dev.cenote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a lease costs in memory: bytes an operation, as JMH counts them in a process of its own. No time is looked at. */
@Tag("full")
class AllocationTest {

    private static final double NONE = 0.5; // the harness itself allocates something now and then
    private static final double LEASE = 24;

    static Stream<String> peers() {
        return Stream.of("cenote-strict", "cenote-strict-filled-by-acquires");
    }

    private static double bytes(String benchmark, String peer) throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("\\.Leasing\\." + benchmark + "$")
                        .param("peer", peer)
                        .param("size", "10000")
                        .param("validation", "NONE")
                        .addProfiler(GCProfiler.class)
                        .forks(1)
                        .warmupIterations(6)
                        .measurementIterations(3)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementTime(TimeValue.milliseconds(500))
                        .jvmArgs("-Xmx1g", "-XX:+AlwaysPreTouch")
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        return results.iterator()
                .next()
                .getSecondaryResults()
                .get("gc.alloc.rate.norm")
                .getScore();
    }

    @ParameterizedTest
    @MethodSource("peers")
    void aLeaseThatDoesNotEscapeIsNotAllocatedHoweverThePoolWasFilled(String peer) throws Exception {
        assertThat(bytes("lease", peer)).isLessThan(NONE);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void aLeaseThatEscapesIsASlotAndAWord(String peer) throws Exception {
        assertThat(bytes("leaseThatEscapes", peer)).isBetween(LEASE - NONE, LEASE + NONE);
    }
}
