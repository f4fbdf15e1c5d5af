package dev.cenote.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A gateway and a server, each in a process of its own, before a database. */
final class Stack implements Measurement.Measured, AutoCloseable {

    private final Database database;
    private final List<String> jvmArguments;
    private final Path log;
    private final String key = HexFormat.of().formatHex(SecureRandom.getSeed(32));
    private final Setup setup;
    private final Child gateway;
    private Child server;

    Stack(Database database, Setup setup, List<String> jvmArguments, Path log) throws IOException {
        this.database = database;
        this.jvmArguments = jvmArguments;
        this.log = log;
        server = new Child(Part.SERVER, setup, key, jvmArguments, log);
        this.setup = setup.withPorts(setup.gatewayPort(), server.port());
        try {
            gateway = new Child(Part.GATEWAY, this.setup, key, jvmArguments, log);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
    }

    /** Of each part's processes; the load is this one. */
    @Override
    public Map<String, Long> cpuNanos() throws IOException {
        Map<String, Long> nanos = new LinkedHashMap<>();
        nanos.put("load", Cpu.nanos(ProcessHandle.current().pid()));
        nanos.put("gateway", Cpu.nanos(gateway.pid()));
        nanos.put("server", Cpu.nanos(server.pid()));
        nanos.put("database", Cpu.nanosWithChildren(database.postmaster()));
        return nanos;
    }

    @Override
    public List<String> stats() throws IOException {
        return List.of("gateway: " + gateway.command(Part.STATS), "server: " + server.command(Part.STATS));
    }

    String finishIdle() throws IOException {
        return server.command(Part.FINISH_IDLE);
    }

    void killServer() throws InterruptedException {
        server.kill();
    }

    /** Starts the server again, on its port and with its key. */
    void startServer() throws IOException {
        server = new Child(Part.SERVER, setup, key, jvmArguments, log);
    }

    @Override
    public void close() {
        gateway.close();
        server.close();
    }
}
