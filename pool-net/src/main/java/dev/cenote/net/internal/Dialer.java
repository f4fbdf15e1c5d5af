package dev.cenote.net.internal;

import dev.cenote.net.Address;
import dev.cenote.net.ConnectionAction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes links and ends them: resolves a name, connects, shakes hands, and lets the protocol begin. Runs on the pool's executor. */
final class Dialer {

    private final SocketSettings settings;

    Dialer(SocketSettings settings) {
        this.settings = settings;
    }

    Link dial(Address address) throws Exception {
        long started = System.nanoTime();
        SocketChannel channel = connect(address);
        Wire wire = new Wire(channel, address.toString());
        try {
            Link link = new Link(address, channel, address.isTls() ? shakeHands(address, wire, started) : wire);
            perform(settings.onConnect(), link);
            if (link.whyUnfit() != null) {
                throw new IOException(
                        "onConnect left the connection to " + address + " in no good state: " + link.whyUnfit());
            }
            return link;
        } catch (Throwable e) {
            wire.abort();
            throw e;
        }
    }

    void hangUp(Link link) throws Exception {
        if (link.whyUnfit() != null) {
            link.transport.abort();
            return;
        }
        try {
            perform(settings.onClose(), link);
        } finally {
            link.transport.close();
        }
    }

    private void perform(@Nullable ConnectionAction action, Link link) throws Exception {
        if (action != null) {
            LeasedConnection connection = new LeasedConnection(link, settings);
            try {
                action.run(connection);
                link.isUnanswered = false; // a good-bye or a preface may have no answer
            } finally {
                connection.end();
            }
        }
    }

    // --- the way there

    private SocketChannel connect(Address address) throws IOException, InterruptedException {
        Path path = address.path();
        if (path == null) {
            return new Race(address.toString(), resolve(address), this::open, settings.attemptDelayNanos())
                    .run(settings.connectTimeoutNanos());
        }
        // In blocking mode: otherwise a server whose queue is full would refuse, rather than make us wait.
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            prepare(channel);
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.configureBlocking(false);
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** The families take turns, as RFC 8305, section 4 has it; the resolver says which comes first. */
    private List<InetSocketAddress> resolve(Address address) throws UnknownHostException {
        List<InetAddress> found = settings.resolver().resolve(address.host());
        if (found.isEmpty()) {
            throw new UnknownHostException(address.host());
        }
        Class<?> family = found.get(0).getClass();
        Deque<InetAddress> same = new ArrayDeque<>();
        Deque<InetAddress> other = new ArrayDeque<>();
        found.forEach(one -> (one.getClass() == family ? same : other).add(one));
        List<InetSocketAddress> mixed = new ArrayList<>();
        while (!same.isEmpty() || !other.isEmpty()) {
            for (Deque<InetAddress> next : List.of(same, other)) {
                if (!next.isEmpty()) {
                    mixed.add(new InetSocketAddress(next.remove(), address.port()));
                }
            }
        }
        return mixed;
    }

    private SocketChannel open(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            prepare(channel);
            InetAddress bindAddress = settings.bindAddress();
            if (bindAddress != null) {
                channel.bind(new InetSocketAddress(bindAddress, 0));
            }
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** An option that only the other kind of socket has is left out; the builder refuses one that neither has. */
    private void prepare(SocketChannel channel) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> option : settings.options().entrySet()) {
            if (channel.supportedOptions().contains(option.getKey())) {
                set(channel, option.getKey(), option.getValue());
            }
        }
    }

    private static <T> void set(SocketChannel channel, SocketOption<T> option, Object value) throws IOException {
        channel.setOption(option, option.type().cast(value));
    }

    private Tls shakeHands(Address address, Wire wire, long startedNanos) throws IOException, GeneralSecurityException {
        SSLContext context = settings.tls() == null ? SSLContext.getDefault() : settings.tls();
        SSLEngine engine = context.createSSLEngine(address.host(), address.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(settings.applicationProtocols().toArray(String[]::new));
        settings.tlsParameters().accept(parameters);
        engine.setSSLParameters(parameters);
        Tls tls = new Tls(wire, engine, address.toString());
        tls.shakeHands(settings.connectTimeoutNanos() - (System.nanoTime() - startedNanos));
        return tls;
    }

    /** A certificate that is not accepted today is not accepted in a second either. */
    static boolean isWorthRetrying(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return false;
            }
        }
        return true;
    }
}
