package dev.cenote.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the soak in its short form, and its command line. */
@Tag("full")
class ShortSoakTest {

    private record Outcome(int exitCode, String output) {}

    private static Outcome soak(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-Xmx512m", "-cp", System.getProperty("stress.jar"), "dev.cenote.soak.Soak"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    @Test
    void everyPromiseHoldsForAQuarterOfAMinute() throws Exception {
        Outcome outcome = soak("--minutes", "0.25", "--faults", "0.05");
        System.out.println(outcome.output);
        assertThat(outcome.exitCode).isZero();
        assertThat(outcome.output).contains("violations: 0", "quiet: served in order", " hangs", "release twice");
        assertThat(outcome.output).contains("executor=LOSSY", "executor drops a task");
    }

    @Test
    void everyPromiseHoldsForKeysThatShareABudget() throws Exception {
        Outcome outcome = soak("--keys", "100", "--minutes", "0.15", "--faults", "0.05", "--threads", "8");
        System.out.println(outcome.output);
        assertThat(outcome.exitCode).isZero();
        assertThat(outcome.output).contains("violations: 0", "YIELDED");
    }

    @Test
    void itEndsAfterSoManyAcquires() throws Exception {
        Outcome outcome = soak("--operations", "1000", "--minutes", "5", "--threads", "4", "--size", "2");
        assertThat(outcome.exitCode).as(outcome.output).isZero();
        assertThat(outcome.output).contains("heap in use after GC: not checked");
    }

    @Test
    void aBadArgumentIsNamed() throws Exception {
        assertRefused("--threads must be 1 to 10000, but was 0", "--threads", "0");
        assertRefused("--faults must be 0 to 0.5, but was 0.6", "--faults", "0.6");
        assertRefused("--size must be 1 to 10000, but was -1", "--size", "-1");
        assertRefused("--keys must be 0 to 1000000, but was -1", "--keys", "-1");
        assertRefused("Invalid value for option '--minutes'", "--minutes", "long");
        assertRefused("Unknown option: '--speed'", "--speed");
    }

    private static void assertRefused(String reason, String... args) throws Exception {
        Outcome outcome = soak(args);
        assertThat(outcome.exitCode).isEqualTo(2);
        assertThat(outcome.output).startsWith(reason).contains("Usage: soak");
    }
}
