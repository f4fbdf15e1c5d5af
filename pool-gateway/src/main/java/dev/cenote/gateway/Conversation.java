package dev.cenote.gateway;

import dev.cenote.gateway.Frame.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one HTTP client asks, one request after the other. All fields belong to the client's event loop. A client that does
 * not take its answers is not read from until it does, and holds no connection of the backend; the handler
 * before this one closes it when an answer has not been taken for long.
 */
final class Conversation extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    private static final int LARGEST_QUEUE = 16;
    /** How long a request waits for a worker; then it is told so at once, and costs the others nothing. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Backend backend;
    private final Executor workers;
    private final LongSupplier nanos;
    private final Queue<HttpRequest> waiting = new ArrayDeque<>(1);
    private HttpRequest arriving;
    private String refusal; // what is wrong, told after the answers to what came before; null while requests are taken
    private boolean isBusy; // also after the last answer: nothing follows it

    Conversation(Backend backend, Executor workers, LongSupplier nanos) {
        this.backend = backend;
        this.workers = workers;
        this.nanos = nanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (refusal == null) {
                take(context, (HttpObject) message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(ChannelHandlerContext context, HttpObject message) {
        if (message.decoderResult().isFailure()) {
            refuse(context, "this is no HTTP");
            return;
        }
        if (message instanceof HttpRequest request) {
            arriving = request;
        }
        if (message instanceof LastHttpContent && arriving != null) {
            if (waiting.size() == LARGEST_QUEUE) {
                refuse(context, "at most " + LARGEST_QUEUE + " requests may wait");
                return;
            }
            waiting.add(arriving);
            arriving = null;
            next(context);
        }
    }

    private void refuse(ChannelHandlerContext context, String reason) {
        refusal = reason;
        context.channel().config().setAutoRead(false);
        next(context);
    }

    private void next(ChannelHandlerContext context) {
        if (isBusy || !context.channel().isWritable()) {
            return;
        }
        HttpRequest request = waiting.poll();
        if (request != null) {
            isBusy = true;
            ask(context, request);
        } else if (refusal != null) {
            isBusy = true;
            write(context, response(HttpResponseStatus.BAD_REQUEST, refusal), false);
        }
    }

    private void ask(ChannelHandlerContext context, HttpRequest request) {
        boolean isKept = HttpUtil.isKeepAlive(request);
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        long begin = nanos.getAsLong();
        try {
            workers.execute(() -> {
                DefaultFullHttpResponse response = nanos.getAsLong() - begin > PATIENCE.toNanos()
                        ? response(Frame.of(Kind.UNAVAILABLE, "no worker came free in time"))
                        : answer(authorization);
                context.executor().execute(() -> write(context, response, isKept));
            });
        } catch (RejectedExecutionException e) {
            write(context, response(Frame.of(Kind.UNAVAILABLE, "too many requests wait")), isKept);
        }
    }

    private DefaultFullHttpResponse answer(String authorization) {
        if (authorization == null) {
            return response(Frame.of(Kind.DENIED, "log in"));
        }
        try {
            return response(backend.ask(Authorization.request(authorization)));
        } catch (IllegalArgumentException e) {
            return response(Frame.of(Kind.MALFORMED, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            LOG.debug("A request was not answered.", e);
            return response(Frame.of(Kind.UNAVAILABLE, "no answer of the login server"));
        } catch (InterruptedException e) {
            return response(Frame.of(Kind.UNAVAILABLE, "the gateway is shutting down"));
        } catch (RuntimeException e) {
            LOG.error("A request could not be answered.", e);
            return response(HttpResponseStatus.INTERNAL_SERVER_ERROR, "a bug of the gateway");
        }
    }

    private void write(ChannelHandlerContext context, DefaultFullHttpResponse response, boolean isKept) {
        if (isKept) {
            isBusy = false;
            context.writeAndFlush(response, context.voidPromise());
            next(context);
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel()
                .config()
                .setAutoRead(refusal == null && context.channel().isWritable());
        next(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A client's connection failed.", cause);
        context.close();
    }

    /** The server's answer, in HTTP. */
    private static DefaultFullHttpResponse response(Frame answer) {
        switch (answer.kind()) {
            case CHALLENGE: {
                DefaultFullHttpResponse response = response(HttpResponseStatus.UNAUTHORIZED, "");
                String parameters = Authorization.parameters(answer.field(0), answer.field(1));
                response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, Authorization.SCRAM + " " + parameters);
                return response;
            }
            case WELCOME: {
                DefaultFullHttpResponse response = response(HttpResponseStatus.OK, "");
                if (!answer.field(0).isEmpty()) {
                    response.headers().set("authentication-info", Authorization.parameters(null, answer.field(0)));
                }
                return response;
            }
            case DENIED: {
                DefaultFullHttpResponse response = response(HttpResponseStatus.UNAUTHORIZED, answer.field(0));
                response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, Authorization.CHALLENGE);
                return response;
            }
            case MALFORMED:
                return response(HttpResponseStatus.BAD_REQUEST, answer.field(0));
            case UNAVAILABLE: {
                DefaultFullHttpResponse response = response(HttpResponseStatus.SERVICE_UNAVAILABLE, answer.field(0));
                response.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
                return response;
            }
            default:
                return response(HttpResponseStatus.BAD_GATEWAY, "the server answered by " + answer.kind());
        }
    }

    private static DefaultFullHttpResponse response(HttpResponseStatus status, String reason) {
        ByteBuf body = reason.isEmpty()
                ? Unpooled.EMPTY_BUFFER
                : Unpooled.wrappedBuffer((reason + "\n").getBytes(StandardCharsets.UTF_8));
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        return response;
    }
}
