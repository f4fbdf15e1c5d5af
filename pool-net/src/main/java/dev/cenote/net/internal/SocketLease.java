package dev.cenote.net.internal;

import dev.cenote.net.Connection;
import dev.cenote.pool.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease of a link, and the connection by which its holder uses it. */
final class SocketLease implements Lease<Connection> {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLease.class);

    private final Lease<Link> lease;
    private final Link link;
    private final LeasedConnection connection;

    SocketLease(Lease<Link> lease, Link link, SocketSettings settings) {
        this.lease = lease;
        this.link = link;
        connection = new LeasedConnection(link, settings);
    }

    @Override
    public Connection get() {
        lease.get(); // throws if the lease is dead
        return connection;
    }

    @Override
    public void close() {
        if (endsFit()) {
            lease.close();
        } else {
            lease.invalidate();
        }
    }

    @Override
    public void closeAndValidate() {
        if (endsFit()) {
            lease.closeAndValidate();
        } else {
            lease.invalidate();
        }
    }

    private boolean endsFit() {
        connection.end();
        String why = link.whyUnfit();
        if (why != null) {
            LOG.debug("{}: not leased again: {}", link.address, why);
        }
        return why == null;
    }

    @Override
    public void invalidate() {
        connection.giveUp("its holder gave it up");
        lease.invalidate();
    }

    @Override
    public void invalidate(Throwable cause) {
        connection.giveUp(cause.toString());
        lease.invalidate(cause);
    }

    @Override
    public Connection detach() {
        lease.detach();
        return connection;
    }
}
