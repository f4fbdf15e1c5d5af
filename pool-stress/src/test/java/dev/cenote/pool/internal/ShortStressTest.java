package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs the packaged jcstress tests in their short form, and makes sure that none is left out. */
@Tag("full")
class ShortStressTest {

    /** All there are; jcstress leaves out silently what it can't run. */
    private static final int KNOWN = 93;

    /** The races; of each the broken variant must show its outcome, which jcstress then prints. */
    private static final List<String> RACES = List.of(
            "CallAndAwait",
            "CloseAndAcquire",
            "CloseAndCreateDone",
            "CloseAndRelease",
            "DetachAndClose",
            "DoubleClose",
            "DropAndAcquire",
            "DropAndPop",
            "HandoffAndCancel",
            "HandoffAndInterrupt",
            "HintPopAndEvict",
            "HungerAndRelease",
            "LeaseAndLease",
            "PopAndPushBack",
            "PopAndRelease",
            "ReleaseAndEnqueue",
            "ReleaseAndTimeout",
            "ResizeAndAcquire",
            "RetireAndRelease",
            "RevokeAndRelease",
            "ServeAndLook",
            "SleepAndUse",
            "StaleCloseAndAcquire",
            "StartAndHold",
            "TryAndEnqueue",
            "YieldAndLease",
            "jdbc.StatementAndClose");

    /** So often those are run again that have not shown themselves: on a busy machine two actors may hardly ever meet. */
    private static final int MORE_CHANCES = 4;

    @Test
    void noForbiddenOutcomeIsSeenAndEveryBrokenVariantShowsItself() throws Exception {
        String output = run(System.getProperty("stress.mode"));
        System.out.println("jcstress: " + KNOWN + " tests known");
        assertThat(output)
                .contains("(Results: " + KNOWN + " planned; " + KNOWN + " passed, 0 failed, 0 soft errs, 0 hard errs)");
        List<String> unseen = new ArrayList<>(RACES);
        unseen.removeIf(race -> hasShownItself(race, output));
        for (int chance = 0; chance < MORE_CHANCES && !unseen.isEmpty(); chance++) {
            String again = run(System.getProperty("stress.mode").replaceFirst("-iters \\d+", "-iters 10") + " -t ("
                    + unseen.stream().map(ShortStressTest::className).collect(Collectors.joining("|")) + ").Broken");
            unseen.removeIf(race -> hasShownItself(race, again));
        }
        assertThat(unseen).as("broken variants that did not show their outcome").isEmpty();
    }

    /** Runs jcstress; its exit code tells of forbidden outcomes and errors. */
    private static String run(String options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("stress.jar"), ShortForm.class.getName()));
        command.addAll(List.of("-r", System.getProperty("stress.results")));
        command.addAll(List.of(options.split(" ")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(new File(System.getProperty("stress.jar")).getParentFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("Failed tests: No matches.", "Error tests: No matches.");
        return output;
    }

    private static boolean hasShownItself(String race, String output) {
        int from = output.indexOf("Interesting tests:");
        return output.substring(from, output.indexOf("Failed tests:", from))
                .contains("[OK] " + className(race) + ".Broken");
    }

    @Test
    void everyRaceHasATestOfTheEngineAModelAndABrokenVariant() {
        assertThat(RACES)
                .allSatisfy(race -> assertThat(nested(race))
                        .anyMatch(name -> name.startsWith("Real"))
                        .contains("Model", "Broken"));
        assertThat(RACES.stream().mapToInt(race -> nested(race).size()).sum()).isEqualTo(KNOWN);
    }

    /** Of the core's engine, or of another module's. */
    private static String className(String race) {
        int dot = race.indexOf('.') + 1;
        return "dev.cenote.pool." + race.substring(0, dot) + "internal." + race.substring(dot);
    }

    private static List<String> nested(String race) {
        try {
            return Arrays.stream(Class.forName(className(race)).getClasses())
                    .map(Class::getSimpleName)
                    .toList();
        } catch (ClassNotFoundException e) {
            throw new AssertionError("a known race is missing", e);
        }
    }
}
