package dev.cenote.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * One HTTP client: it keeps its connection, and logs in again and again. It belongs to the event loop of its {@link Load}.
 */
final class Client extends ChannelInboundHandlerAdapter {

    private static final long PAUSE_AFTER_ERROR_MILLIS = 20; // as a client would that tries again
    private static final String NO_ANSWER = "the connection ended";

    private final Load load;
    private final int index;
    private long done; // logins, also failed ones
    private Channel channel; // null if there is none
    private ChannelFuture connecting; // null if no connect is under way
    private boolean isBusy;

    // Of the login that runs.
    private LoginAttempt attempt;
    private long dueNanos;
    private long beginNanos;
    private HttpResponse response;

    Client(Load load, int index) {
        this.load = load;
        this.index = index;
    }

    @Override
    public boolean isSharable() {
        return true; // a new connection gets the same client
    }

    void beginIfDue() {
        long due = isBusy || load.isStopped() ? Long.MAX_VALUE : load.dueNanos(index, done);
        if (due == Long.MAX_VALUE) {
            return;
        }
        isBusy = true;
        dueNanos = due;
        beginNanos = System.nanoTime();
        attempt = load.attempt();
        if (channel != null) {
            send(attempt.authorization());
        } else {
            connecting = load.bootstrap().connect();
            connecting.addListener(future -> connected((ChannelFuture) future));
        }
    }

    private void connected(ChannelFuture future) {
        if (future != connecting) {
            return; // its login was given up, and its channel closed; another connect may be under way
        }
        connecting = null;
        if (!future.isSuccess()) {
            end("no connection");
            return;
        }
        channel = future.channel();
        channel.pipeline().addLast(this);
        send(attempt.authorization());
    }

    private void send(String authorization) {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.GET,
                "/login",
                Unpooled.EMPTY_BUFFER,
                DefaultHttpHeadersFactory.headersFactory().withValidation(false),
                DefaultHttpHeadersFactory.trailersFactory());
        request.headers().set(HttpHeaderNames.HOST, "localhost").set(HttpHeaderNames.AUTHORIZATION, authorization);
        channel.writeAndFlush(request, channel.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpResponse head) {
                response = head;
            }
            if (message instanceof LastHttpContent && context.channel() == channel && attempt != null) {
                answered();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answered() {
        int status = response.status().code();
        String header = response.headers()
                .get(status == 200 ? "authentication-info" : HttpHeaderNames.WWW_AUTHENTICATE.toString());
        if (!HttpUtil.isKeepAlive(response)) {
            leave();
        }
        if (status != 200 && status != 401) {
            end("HTTP " + status);
            return;
        }
        try {
            String next = attempt.next(status, header);
            if (next == null) {
                end(null);
            } else {
                send(next);
            }
        } catch (LoginAttempt.DeniedException e) {
            end("denied");
        }
    }

    private void end(String error) {
        load.tally().ended(error, dueNanos);
        attempt = null;
        done++;
        if (error == null) {
            isBusy = false;
            beginIfDue();
        } else {
            load.bootstrap().config().group().schedule(this::goOn, PAUSE_AFTER_ERROR_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void goOn() {
        isBusy = false;
        beginIfDue();
    }

    LongStream dueNanosOfUnfinished() {
        return LongStream.iterate(done, nth -> nth + 1)
                .map(nth -> load.dueNanos(index, nth))
                .takeWhile(due -> due != Long.MAX_VALUE);
    }

    void failIfLate(long now) {
        if (attempt != null && now - beginNanos > load.timeoutNanos()) {
            leave();
            end("no answer in time");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (context.channel() != channel) {
            return;
        }
        channel = null;
        if (attempt != null && !load.isStopped()) {
            end(NO_ANSWER);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // and channelInactive tells it
    }

    void close() {
        attempt = null;
        leave();
    }

    private void leave() {
        if (connecting != null) {
            connecting.channel().close();
            connecting = null;
        }
        Channel left = channel;
        channel = null;
        if (left != null) {
            left.close();
        }
    }
}
