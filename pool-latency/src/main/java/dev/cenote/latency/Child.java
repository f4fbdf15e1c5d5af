package dev.cenote.latency;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Starts the processes that measure, one after the other. */
final class Child {

    private final List<String> command = new ArrayList<>();
    private volatile Process process; // null before the first

    Child(String classPath, List<String> jvmArguments) {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", classPath, Measurement.class.getName()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (process != null) {
                process.destroyForcibly();
            }
        }));
    }

    /** The class path of this process, and the drivers (null if there are none). */
    static String classPath(String drivers) {
        String own = System.getProperty("java.class.path");
        return drivers == null ? own : own + File.pathSeparator + drivers;
    }

    /** Measures one pool; the outcome is in the order's files afterwards, also if it failed. */
    Outcome run(Measurement.Order order, Consumer<Measurement.Line> news) throws IOException, InterruptedException {
        process = new ProcessBuilder(command)
                .redirectError(order.errors().toFile())
                .start();
        String failure;
        try {
            tell(order);
            failure = listen(news);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            failure = Secrets.masked("it can't be understood: " + e);
        }
        int exit = process.waitFor();
        if (failure == null && (exit != 0 || !Files.exists(order.result()))) {
            String errors = new String(Files.readAllBytes(order.errors()), StandardCharsets.UTF_8);
            failure = Secrets.masked(
                    "the process ended with " + exit + ": " + errors.strip().replaceAll("\\s+", " "));
        }
        if (failure != null) {
            Files.writeString(order.result(), Json.text(Outcome.failed(order.pool(), order.round(), failure)));
        } else {
            Files.delete(order.errors()); // warnings of the JVM
        }
        return Json.read(order.result(), Outcome.class);
    }

    private void tell(Measurement.Order order) throws IOException {
        try (OutputStream input = process.getOutputStream()) {
            input.write(Json.line(order).getBytes(Json.CHARSET));
        } catch (IOException e) {
            if (process.isAlive()) {
                throw e;
            } // or else it could not start, which its exit code will say
        }
    }

    /** Returns the failure that the process told; null if none. */
    private String listen(Consumer<Measurement.Line> news) throws IOException {
        String failure = null;
        BufferedReader lines = process.inputReader(Json.CHARSET);
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            if (text.startsWith("{")) { // a driver may print something of its own
                Measurement.Line line = Json.read(text, Measurement.Line.class);
                failure = line.failure() == null ? failure : line.failure();
                news.accept(line);
            }
        }
        return failure;
    }
}
