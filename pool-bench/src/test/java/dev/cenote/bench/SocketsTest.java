package dev.cenote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each way to acquire a connection runs for a moment. Nothing is timed; one that throws fails the test. */
@Tag("full")
class SocketsTest {

    @Test
    void eachWayLeasesAConnection() throws Exception {
        assertThat(new Runner(new OptionsBuilder()
                                .include("\\.Sockets\\.acquireAndRelease$")
                                .forks(0)
                                .warmupIterations(0)
                                .measurementIterations(1)
                                .measurementTime(TimeValue.milliseconds(100))
                                .shouldFailOnError(true)
                                .verbosity(VerboseMode.SILENT)
                                .build())
                        .run())
                .hasSize(6);
    }
}
