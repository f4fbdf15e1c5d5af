package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cenote.node.Messages.UnanswerableException;
import java.nio.charset.StandardCharsets;

/** A node in the test's own thread, and what is said to it. */
final class Conversation implements AutoCloseable {

    private final Node node = new Node();
    private long lastMsgId;

    static Conversation configured(int maxConnections, int backlogSize) {
        Conversation conversation = new Conversation();
        conversation.config(maxConnections, backlogSize);
        return conversation;
    }

    /** The answer to a line, as text without its end. */
    String say(String line) throws UnanswerableException {
        byte[] answer = node.answer(line.getBytes(StandardCharsets.UTF_8));
        assertThat(answer).isNotNull().endsWith((byte) '\n');
        return new String(answer, 0, answer.length - 1, StandardCharsets.UTF_8);
    }

    /** The body of the answer to a request with the given fields of the body. */
    JsonObject ask(String fields) {
        lastMsgId++;
        try {
            String answer =
                    say("{\"src\":\"c\",\"dest\":\"n\",\"body\":{\"msg_id\":" + lastMsgId + "," + fields + "}}");
            JsonObject body = JsonParser.parseString(answer).getAsJsonObject().getAsJsonObject("body");
            assertThat(body.get("in_reply_to").getAsLong()).isEqualTo(lastMsgId);
            return body;
        } catch (UnanswerableException e) {
            throw new AssertionError(fields + " can't be answered", e);
        }
    }

    JsonObject config(int maxConnections, int backlogSize) {
        return ask(
                "\"type\":\"pool_config\",\"max_connections\":" + maxConnections + ",\"backlog_size\":" + backlogSize);
    }

    JsonObject connect(String client) {
        return ask("\"type\":\"pool_connect\",\"client_id\":\"" + client + "\"");
    }

    JsonObject disconnect(String client) {
        return ask("\"type\":\"pool_disconnect\",\"client_id\":\"" + client + "\"");
    }

    JsonObject stats() {
        return ask("\"type\":\"pool_stats\"");
    }

    int code(String fields) {
        JsonObject body = ask(fields);
        assertThat(body.get("type").getAsString()).as("type of %s", body).isEqualTo("error");
        assertThat(body.get("text").getAsString()).isNotBlank();
        return body.get("code").getAsInt();
    }

    @Override
    public void close() {
        node.close();
    }
}
