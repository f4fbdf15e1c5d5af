package dev.cenote.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuietTest {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    @TempDir
    Path proc;

    private Quiet quiet;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(proc.resolve("pressure"));
        quiet = new Quiet(proc, Duration.ZERO);
    }

    private void write(long busyTicks, long idleTicks, long waitedMicros) throws IOException {
        Files.writeString(
                proc.resolve("stat"), "cpu  " + busyTicks + " 0 0 " + idleTicks + " 0 0 0 0 0 0\ncpu0 1 2 3 4\n");
        Files.writeString(
                proc.resolve("pressure").resolve("cpu"),
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=" + waitedMicros + "\nfull avg10=0.00 total=0\n");
    }

    @Test
    void aMachineWhoseProcessorsStandIdleIsQuiet() throws Exception {
        write(1000, 5000, 7);
        Quiet.Times before = quiet.times();
        write(1001, 5999, 7);
        Quiet.Seen seen = before.until(quiet.times());
        assertThat(seen.busy()).isCloseTo(0.001 * PROCESSORS, Offset.offset(1e-9));
        assertThat(seen.isQuiet()).isTrue();
    }

    @Test
    void oneBusyProcessorOrAThreadThatWaitsForOneIsNotQuiet() throws Exception {
        write(0, 0, 0);
        Quiet.Times before = quiet.times();
        write(100, 100L * PROCESSORS - 100, 0);
        Quiet.Seen seen = before.until(quiet.times());
        assertThat(seen.busy()).isCloseTo(1, Offset.offset(1e-9));
        assertThat(seen.isQuiet()).isFalse();
        assertThat(new Quiet.Seen(0, 0.5).isQuiet()).isFalse();
    }

    @Test
    void aBusyMachineIsToldWithWhatOthersDo() throws Exception {
        write(0, 0, 0);
        assertThatThrownBy(() -> new Quiet(proc, Duration.ZERO) {
                    @Override
                    Seen look() {
                        return new Seen(1.5, 0.25);
                    }
                }.await(Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other programs use 1.50 processors (at most 0.10)")
                .hasMessageContaining("25 % of the time");
    }

    @Test
    void whereTheSystemDoesNotTellNothingIsWaitedFor() throws Exception {
        new Quiet(proc.resolve("none"), Duration.ZERO).await(Duration.ZERO);
    }
}
