package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Frame.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One client's pipeline, without a network; the worker works when the test says so. */
class ConversationTest {

    private static final String REQUEST =
            "GET /login HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + Authorization.encoded("me:secret") + "\r\n\r\n";
    private static final String NO_HTTP = "\u0001\r\n\r\n";

    private final Queue<Runnable> worker = new ArrayDeque<>();
    private int asked;
    private final Backend backend = new Backend() {
        @Override
        public Frame ask(Frame request) {
            asked++;
            return Frame.of(Kind.WELCOME, "");
        }

        @Override
        public String stats() {
            return "";
        }

        @Override
        public void close() {}
    };
    private final EmbeddedChannel client = new EmbeddedChannel();

    @AfterEach
    void end() {
        client.finishAndReleaseAll();
    }

    @Test
    void whatIsNoHttpIsRefusedAfterTheAnswersToWhatCameBefore() {
        connect();
        receive(REQUEST + REQUEST + NO_HTTP);
        assertThat(client.isOpen()).isTrue();
        work();

        assertThat(statuses()).isEqualTo("200 200 400 ");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void oneRequestTooManyIsRefusedAfterTheAnswersToTheOthers() {
        connect();
        receive(REQUEST.repeat(20)); // one is at the worker, sixteen wait
        work();

        assertThat(statuses()).isEqualTo("200 ".repeat(17) + "400 ");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void whatComesAfterTheLastRequestOfAConnectionIsNotAsked() {
        connect();
        receive(REQUEST.replace("Host", "Connection: close\r\nHost") + REQUEST);
        work();

        assertThat(statuses()).isEqualTo("200 ");
        assertThat(asked).isEqualTo(1);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatTakesNoAnswerIsClosed() {
        client.freezeTime();
        client.pipeline().addLast(new Stuck());
        connect();
        receive(REQUEST);
        work();
        client.advanceTimeBy(Gateway.WRITE_TIMEOUT_SECONDS - 1, TimeUnit.SECONDS);
        client.runScheduledPendingTasks();
        assertThat(client.isOpen()).isTrue();
        client.advanceTimeBy(1, TimeUnit.SECONDS);
        client.runScheduledPendingTasks();

        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatIsRefusedAndTakesNoAnswerIsClosed() {
        client.freezeTime();
        client.pipeline().addLast(new Stuck());
        connect();
        receive(REQUEST.repeat(20));
        work();
        client.advanceTimeBy(Gateway.WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        client.runScheduledPendingTasks();

        assertThat(client.isOpen()).isFalse();
    }

    private void connect() {
        client.pipeline().addLast(Gateway.handlers(backend, worker::add, () -> 0));
    }

    private void receive(String bytes) {
        client.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
    }

    private void work() {
        for (Runnable task; (task = worker.poll()) != null; ) {
            task.run();
            client.runPendingTasks();
        }
    }

    /** Of all answers so far. */
    private String statuses() {
        StringBuilder bytes = new StringBuilder();
        for (ByteBuf buffer; (buffer = client.readOutbound()) != null; buffer.release()) {
            bytes.append(buffer.toString(StandardCharsets.US_ASCII));
        }
        StringBuilder statuses = new StringBuilder();
        Pattern.compile("HTTP/1.1 (\\d+)")
                .matcher(bytes)
                .results()
                .map((MatchResult answer) -> answer.group(1) + " ")
                .forEach(statuses::append);
        return statuses.toString();
    }

    /** The network to a client that reads nothing. */
    private static final class Stuck extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message); // and the promise is never kept
        }
    }
}
