package dev.cenote.gateway;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs a {@link Part}. It ends at the latest when this process does, since its input ends then. */
final class Child implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final int port;

    /**
     * Starts it, and returns when it is ready.
     *
     * @param key of the servers, in hexadecimal digits
     * @param log gets what it writes to standard error
     */
    Child(String part, Setup setup, String key, List<String> jvmArguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx512m", "-Xmn160m"));
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Part.class.getName(), part));
        command.add(new Gson().toJson(setup));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put(Part.KEY, key);
        process = builder.start();
        out = process.inputReader(StandardCharsets.UTF_8);
        try {
            port = port(out.readLine());
        } catch (IOException e) {
            process.destroyForcibly().onExit().join();
            throw new IOException("the " + part + " did not start; see " + log, e);
        }
    }

    private static int port(String line) throws IOException {
        try {
            return Integer.parseInt(line);
        } catch (NumberFormatException e) { // also of null: the process has ended
            throw new IOException("expected the port, but read " + line);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** The part's answer to a command. */
    String command(String command) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8)
                .append(command)
                .append('\n')
                .flush();
        String answer = out.readLine();
        if (answer == null) {
            throw new IOException("the process ended before it answered " + command);
        }
        return answer;
    }

    /** Ends it as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
