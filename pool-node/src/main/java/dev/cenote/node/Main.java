package dev.cenote.node;

import dev.cenote.node.Messages.UnanswerableException;
import dev.cenote.pool.PoolLimits;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command {@code bin/node}. */
@Command(
        name = "cenote-node",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Speaks the node protocol: one JSON object a line, each answered by one.",
            "Without --listen it reads standard input and answers on standard output."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the input has ended", "1:the streams or the address failed", "2:the options are wrong"})
final class Main implements Callable<Integer> {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            description = "serve TCP connections there instead; port 0: any that is free")
    private @Nullable InetSocketAddress listen;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "with --listen: how many are served at a time, 1 to 1,000,000 (default: 100)")
    private @Nullable Integer maxConnections;

    @Option(
            names = "--backlog",
            paramLabel = "M",
            description = "with --listen: how many more are queued, 0 to 1,000,000 (default: 1,000)")
    private @Nullable Integer backlog;

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /**
     * Runs the node.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(command().execute(args));
    }

    static CommandLine command() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler((e, args) -> fail(e.getCommandLine(), e, CommandLine.ExitCode.USAGE))
                .setExecutionExceptionHandler((e, command, result) -> fail(command, e, CommandLine.ExitCode.SOFTWARE));
    }

    private static int fail(CommandLine command, Exception e, int exitCode) {
        String reason = e instanceof ParameterException || e instanceof IOException ? e.getMessage() : e.toString();
        command.getErr().println("cenote-node: " + String.valueOf(reason).replaceAll("\\s*\\R\\s*", " "));
        return exitCode;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (listen == null) {
            if (maxConnections != null || backlog != null) {
                throw wrong("--max-connections and --backlog need --listen; otherwise pool_config sets the limits");
            }
            serve(System.in, new FileOutputStream(FileDescriptor.out));
        } else {
            int active = range("--max-connections", maxConnections, 100, 1, PoolLimits.LARGEST_SIZE);
            int queued = range("--backlog", backlog, 1000, 0, Node.LARGEST_BACKLOG);
            TcpServer server = TcpServer.listen(listen, new PoolLimits(active, 0, queued));
            String address = Connection.name(server.address());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
            // Whoever reads this may send SIGTERM at once.
            LOG.info("listening on {}, {} connections, backlog {}", address, active, queued);
            server.awaitClosed();
        }
        return CommandLine.ExitCode.OK;
    }

    /** Answers each line as it comes, in order, until the input ends. */
    static void serve(InputStream in, OutputStream out) throws IOException {
        LineReader lines = new LineReader(in);
        try (Node node = new Node()) {
            for (boolean isOpen = true; isOpen; ) {
                try {
                    byte[] line = lines.next();
                    isOpen = line != null;
                    byte[] answer = line != null ? node.answer(line) : null;
                    if (answer != null) {
                        out.write(answer);
                        out.flush();
                    }
                } catch (UnanswerableException e) {
                    LOG.warn("line {}: {}", lines.number(), e.getMessage());
                }
            }
        }
    }

    private int range(String option, @Nullable Integer given, int preset, int least, int most) {
        int value = given != null ? given : preset;
        if (value < least || value > most) {
            throw wrong(option + " must be " + least + " to " + most + ", but was " + value);
        }
        return value;
    }

    private ParameterException wrong(String reason) {
        return new ParameterException(new CommandLine(this), reason);
    }

    /** The version that the jar has in its manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Cenote " + Main.class.getPackage().getImplementationVersion()};
        }
    }

    /** Reads {@code HOST:PORT}, where the host may be an IPv6 address in brackets. */
    static final class Address implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String value) {
            int colon = value.lastIndexOf(':');
            String host = value.substring(0, Math.max(0, colon)).replaceAll("^\\[(.*)]$", "$1");
            String port = value.substring(colon + 1);
            if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
                throw new TypeConversionException(
                        "must be HOST:PORT with a port from 0 to 65535, but was '" + value + "'");
            }
            InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
            if (address.isUnresolved()) {
                throw new TypeConversionException("host '" + host + "' is not known");
            }
            return address;
        }
    }
}
