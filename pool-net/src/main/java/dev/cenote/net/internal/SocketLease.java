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
    private volatile boolean isDetached;

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

    /** A connection that was detached is its caller's: the end of its dead lease must not end it. */
    private boolean endsFit() {
        if (isDetached) {
            return true;
        }
        connection.end();
        String why = link.whyUnfit();
        if (why != null) {
            LOG.debug("{}: not leased again: {}", link.address, why);
        }
        return why == null;
    }

    @Override
    public void invalidate() {
        giveUp("its holder gave it up");
        lease.invalidate();
    }

    @Override
    public void invalidate(Throwable cause) {
        giveUp(cause.toString());
        lease.invalidate(cause);
    }

    private void giveUp(String why) {
        if (!isDetached) {
            connection.giveUp(why);
        }
    }

    @Override
    public Connection detach() {
        lease.detach();
        isDetached = true;
        return connection;
    }
}
