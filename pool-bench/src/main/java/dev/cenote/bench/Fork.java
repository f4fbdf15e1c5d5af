package dev.cenote.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process that measures one pool, and prints its figures in its last line, with commas between. */
final class Fork {

    private Fork() {}

    /** Runs a class in a process of its own. */
    static double[] figures(Class<?> main, List<String> jvmArguments, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split("\n");
        if (process.waitFor() != 0) {
            throw new IOException("the process of " + command + " ended with " + process.exitValue());
        }
        return Arrays.stream(lines[lines.length - 1].split(","))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Of one of the figures. */
    static double median(List<double[]> forks, int figure) {
        double[] sorted =
                forks.stream().mapToDouble(fork -> fork[figure]).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
