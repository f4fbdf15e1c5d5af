package dev.cenote.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/** The packaged jar as a process of its own. */
final class NodeProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "cenote-node.jar");

    final Process process;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
    private final Thread logReader;

    /** Starts it, with options for the JVM and for the node. */
    static NodeProcess start(List<String> jvmOptions, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(JAR.toString());
        command.addAll(List.of(options));
        return new NodeProcess(new ProcessBuilder(command).start());
    }

    static NodeProcess listening(int maxConnections, int backlog) throws IOException {
        return start(
                List.of(),
                "--listen",
                "127.0.0.1:0",
                "--max-connections",
                Integer.toString(maxConnections),
                "--backlog",
                Integer.toString(backlog));
    }

    private NodeProcess(Process process) {
        this.process = process;
        logReader = new Thread(this::readLog, "log of the node");
        logReader.start();
    }

    private void readLog() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (line.contains("listening on ")) {
                    String[] hostAndPort =
                            line.replaceAll(".*listening on ([^,]*),.*", "$1").split(":");
                    address.complete(new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1])));
                }
            }
            address.completeExceptionally(new IOException("the node has ended: " + log));
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
    }

    InetSocketAddress address() throws InterruptedException, ExecutionException {
        return address.get();
    }

    /** Sends SIGTERM, and waits for the end. Unlike {@link Process#destroy} it leaves the streams open. */
    int terminate() throws InterruptedException {
        process.toHandle().destroy();
        return process.waitFor();
    }

    /** What it writes on standard output until it ends. */
    String output() throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What it wrote on standard error, when it has ended. */
    List<String> log() throws InterruptedException {
        logReader.join();
        return log;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
