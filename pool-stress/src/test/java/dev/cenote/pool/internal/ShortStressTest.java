package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the packaged jcstress tests in their short form, and makes sure that none is left out. */
class ShortStressTest {

    /** All there are; jcstress leaves out silently what it can't run. */
    private static final int KNOWN = 12;

    /** Those whose broken variant must show its outcome, which jcstress then prints. */
    private static final List<String> BROKEN =
            List.of("ReleaseAndEnqueue", "HandoffAndCancel", "DoubleClose", "PopAndRelease", "LeaseAndLease");

    @Test
    void noForbiddenOutcomeIsSeenAndEveryBrokenVariantShowsItself() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", System.getProperty("stress.jar"), "-r", System.getProperty("stress.results")));
        command.addAll(List.of(System.getProperty("stress.mode").split(" ")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(new File(System.getProperty("stress.jar")).getParentFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        System.out.println("jcstress: " + KNOWN + " tests known");
        assertThat(output)
                .contains("Failed tests: No matches.", "Error tests: No matches.")
                .contains("Interesting tests: " + BROKEN.size() + " matching test results.")
                .contains("All remaining tests: " + (KNOWN - BROKEN.size()) + " matching test results.");
        for (String broken : BROKEN) {
            assertThat(output).contains("[OK] dev.cenote.pool.internal." + broken + ".Broken");
        }
    }
}
