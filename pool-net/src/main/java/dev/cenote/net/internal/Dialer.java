package dev.cenote.net.internal;

import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.ConnectionAction;
import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.Validator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
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

/**
 * Makes links, asks whether they are well, and ends them: the pool's factory and validator. To make one it resolves a name, connects, shakes
 * hands, and lets the protocol begin. All of it runs on the pool's executor.
 */
final class Dialer implements KeyedFactory<Address, Link> {

    private final SocketSettings settings;

    Dialer(SocketSettings settings) {
        this.settings = settings;
    }

    @Override
    public Link create(Address address) throws Exception {
        long started = System.nanoTime();
        SocketChannel channel = connect(address, started);
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

    /** Looks first: where the server has closed the connection, nobody is left to take leave of. And unread bytes would reset it. */
    @Override
    public void destroy(Address address, Link link) throws Exception {
        if (!mayTakeLeave(link)) {
            link.transport.abort();
            return;
        }
        try {
            perform(settings.onClose(), link);
        } finally {
            link.transport.close();
        }
    }

    /** A ping that was given up may still read. */
    private static boolean mayTakeLeave(Link link) {
        if (link.whyUnfit() != null || !link.reading.tryLock()) {
            return false;
        }
        try {
            return link.isFit();
        } finally {
            link.reading.unlock();
        }
    }

    @Override
    public void abort(Address address, Link link) {
        link.abort("it was taken from its holder");
    }

    /** A certificate that is not accepted today is not accepted in a second either. */
    @Override
    public boolean isWorthRetrying(Address address, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return false;
            }
        }
        return true;
    }

    /** Looks at a link and then asks the server, if the protocol has a ping. */
    boolean isWell(Link link) throws Exception {
        Validator<? super Connection> ping = settings.ping();
        if (!link.isFit() || ping == null || link.hasGreeting()) {
            return link.whyUnfit() == null;
        }
        LeasedConnection connection = new LeasedConnection(link, settings);
        try {
            if (!ping.isValid(connection)) {
                link.makeUnfit("the ping failed");
            }
        } catch (Throwable e) {
            link.makeUnfit("the ping failed: " + e);
            throw e;
        } finally {
            connection.end();
        }
        return link.whyUnfit() == null;
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

    private SocketChannel connect(Address address, long startedNanos) throws IOException, InterruptedException {
        Path path = address.path();
        if (path == null) {
            List<InetSocketAddress> addresses = resolve(address);
            if (System.nanoTime() - startedNanos >= settings.connectTimeoutNanos()) {
                throw new SocketTimeoutException("to find the addresses of " + address.host() + " took longer than "
                        + settings.connectTimeout().toMillis() + " ms");
            }
            return new Race(address.toString(), addresses, this::open, settings.attemptDelayNanos())
                    .run(startedNanos, settings.connectTimeoutNanos());
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
}
