package dev.cenote.pool.internal.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.stats.Recorder;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A JVM without the module jdk.jfr, and one with it that records nothing. */
@Timeout(60)
class WithoutFlightRecorderTest {

    /** A program that uses a pool. */
    static final class Program {
        public static void main(String[] arguments) throws Exception {
            try (Pool<Object> pool = Pool.builder(Object::new).build();
                    Lease<Object> lease = pool.acquire()) {
                System.out.println("leased " + lease.get().getClass());
            }
            System.out.println(FlightRecorders.FOUND == Recorder.NONE ? "no recorder" : "a recorder");
        }
    }

    private static String run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xlog:class+load");
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(Stream.of(Program.class, Pool.class, LoggerFactory.class)
                .map(WithoutFlightRecorderTest::place)
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.contains("source: jrt:/java.base"))
                .collect(Collectors.joining("\n"));
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whereTheFlightRecorderIsAbsentNothingOfItIsLoaded() throws Exception {
        assertThat(run("--limit-modules", "java.base"))
                .contains("leased class java.lang.Object", "no recorder")
                .doesNotContain("JfrRecorder", "PoolEvent", "jdk.jfr.");
    }

    @Test
    void aProgramThatRecordsNothingDoesNotInitialiseTheFlightRecorder() throws Exception {
        assertThat(run())
                .contains("a recorder", "JfrRecorder")
                .doesNotContain("PoolEvent", "jdk.jfr.internal.MetadataRepository ");
    }

    @Test
    void aRecordingThatBeginsBeforeThereIsAPoolHasItsEvents(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("all.jfr");
        assertThat(run("-XX:StartFlightRecording:filename=" + file)).contains("a recorder");
        assertThat(RecordingFile.readAllEvents(file))
                .extracting(event -> event.getEventType().getName())
                .contains("dev.cenote.Create", "dev.cenote.Destroy");
    }
}
