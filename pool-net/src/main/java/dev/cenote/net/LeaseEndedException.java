package dev.cenote.net;

import java.io.Serial;
import java.nio.channels.ClosedChannelException;

/**
 * A connection or one of its streams was used after its lease had ended. Nothing was read or written.
 *
 * @serial exclude
 * @since 0.9.0
 */
public final class LeaseEndedException extends ClosedChannelException {

    @Serial
    private static final long serialVersionUID = 1;

    private final String address;

    /**
     * Made by the pool.
     *
     * @param address where the connection goes
     * @since 0.9.0
     */
    public LeaseEndedException(Address address) {
        this.address = address.toString();
    }

    @Override
    public String getMessage() {
        return "the lease of this connection to " + address + " has ended";
    }
}
