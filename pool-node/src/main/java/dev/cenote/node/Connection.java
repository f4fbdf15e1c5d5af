package dev.cenote.node;

import dev.cenote.node.Messages.UnanswerableException;
import dev.cenote.node.Places.Status;
import dev.cenote.node.TcpServer.LineDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client at the other end of a TCP connection. It takes a place when it connects, and frees it when it disconnects or asks for
 * that.
 *
 * <p>Its requests are answered while it has a place. Requests that it sends while it is queued are kept until then, up to the
 * length of the longest line; a client that sends more loses its turn. While the client does not read what was written, nothing
 * more is read from it. Confined to the event loop.
 */
final class Connection extends SimpleChannelInboundHandler<ByteBuf> {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** How many lines that can't be answered are reported one by one; the others are counted. */
    private static final int REPORTED_LINES = 5;

    /** How long a client that was told to disconnect may take. */
    private static final int PARTING_SECONDS = 2;

    /** What a line that is kept costs beside its bytes. */
    private static final int COST_OF_HELD_LINE = 64;

    private final SocketChannel channel;
    private final String client;
    private final Places places;
    private final Node node;
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private Status status = Status.REJECTED;
    private boolean isKnown;
    private boolean isEnding;
    private int heldBytes;
    private long lines;
    private long unanswerable;

    Connection(SocketChannel channel, Places places, AtomicLong messages) {
        this.channel = channel;
        this.places = places;
        client = name(channel.remoteAddress());
        node = new Node(name(channel.localAddress()), client, places, messages);
    }

    /** An address as text: the host's address in digits, a colon, and the port. */
    static String name(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    // --- the place

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!places.has(client)) { // else the end of that client's last connection is not noticed yet
            status = places.connect(client, this::becomes);
            isKnown = status != Status.REJECTED;
        }
        tell();
    }

    /** Tells a queued client the outcome. */
    private void becomes(Status next) {
        status = next;
        tell();
        channel.eventLoop().execute(this::answerHeld); // not at once: others are being promoted
    }

    private void tell() {
        channel.writeAndFlush(Unpooled.wrappedBuffer(node.tell(status)));
        if (status == Status.REJECTED) {
            end();
        }
    }

    private void leave() {
        if (isKnown && places.has(client)) {
            places.disconnect(client);
        }
        isKnown = false;
    }

    // --- requests

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        if (status == Status.QUEUED || !held.isEmpty()) {
            hold(ByteBufUtil.getBytes(line));
        } else {
            answer(ByteBufUtil.getBytes(line));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        channel.flush();
    }

    private void hold(byte[] line) {
        heldBytes += line.length + COST_OF_HELD_LINE;
        if (heldBytes > LineDecoder.LONGEST_LINE && status == Status.QUEUED) {
            loseTurn();
        } else {
            held.add(line);
        }
    }

    /** The client sends too much while it is queued. */
    private void loseTurn() {
        held.clear();
        leave();
        status = Status.REJECTED;
        tell();
    }

    private void answerHeld() {
        for (byte[] line = held.poll(); line != null; line = held.poll()) {
            answer(line);
        }
        channel.flush();
    }

    private void answer(byte[] line) {
        lines++;
        if (isEnding) {
            return;
        }
        try {
            byte[] answer = node.answer(line);
            if (answer != null) {
                channel.write(Unpooled.wrappedBuffer(answer));
            }
            if (!places.has(client)) {
                end(); // it has disconnected itself
            }
        } catch (UnanswerableException e) {
            report(e);
        }
    }

    private void report(UnanswerableException e) {
        if (++unanswerable <= REPORTED_LINES) {
            LOG.warn("{}: line {}: {}", client, lines, e.getMessage());
        }
    }

    // --- the end

    /** Writes what is left to write, and closes. Input that still comes is passed over. */
    void end() {
        if (isEnding) {
            return;
        }
        isEnding = true;
        leave();
        channel.pipeline().remove(LineDecoder.class); // it would go on collecting what is passed over
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (channel.isInputShutdown()) {
                channel.close();
            } else { // to close at once could lose what was written: a reset overtakes it
                channel.shutdownOutput();
                channel.eventLoop().schedule(() -> channel.close(), PARTING_SECONDS, TimeUnit.SECONDS);
            }
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == IdleStateEvent.WRITER_IDLE_STATE_EVENT || event == IdleStateEvent.FIRST_WRITER_IDLE_STATE_EVENT) {
            if (!channel.isWritable()) {
                LOG.info("{}: does not read what is written to it", client);
                channel.close();
            }
        } else if (event instanceof ChannelInputShutdownEvent) {
            if (isEnding) {
                channel.close();
            } else {
                end();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isEnding = true;
        leave();
        if (unanswerable > REPORTED_LINES) {
            LOG.warn("{}: {} more lines could not be answered", client, unanswerable - REPORTED_LINES);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        channel.config().setAutoRead(channel.isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof TooLongFrameException) {
            if (status == Status.QUEUED) {
                loseTurn();
            } else {
                lines++;
                report(new UnanswerableException(
                        "a request must be at most " + LineDecoder.LONGEST_LINE + " bytes long", "more"));
            }
            return;
        }
        if (failure instanceof IOException) {
            LOG.debug("{}: {}", client, failure.toString()); // a reset; the place comes free when it is closed
        } else {
            LOG.error("{}: failed, which is a bug", client, failure);
        }
        channel.close();
    }
}
