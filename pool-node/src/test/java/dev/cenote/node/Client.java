package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client at the other end of a TCP connection. */
final class Client implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 30_000;

    final Socket socket;
    private final BufferedReader in;
    private int lastMsgId;

    Client(InetSocketAddress node) throws IOException {
        socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(node, TIMEOUT_MILLIS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1024);
    }

    /** The next line's body; fails if there is none. */
    JsonObject read() throws IOException {
        String line = in.readLine();
        assertThat(line).as("a line for %s", name()).isNotNull();
        return JsonParser.parseString(line).getAsJsonObject().getAsJsonObject("body");
    }

    /** What the next line tells of the place. */
    String status() throws IOException {
        JsonObject body = read();
        assertThat(body.get("type").getAsString()).isEqualTo("pool_connect_ok");
        return body.get("status").getAsString();
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(String fields) throws IOException {
        lastMsgId++;
        write("{\"src\":\"" + name() + "\",\"dest\":\"n\",\"body\":{\"msg_id\":" + lastMsgId + "," + fields + "}}\n");
    }

    JsonObject ask(String fields) throws IOException {
        send(fields);
        JsonObject body = read();
        assertThat(body.get("in_reply_to").getAsInt()).isEqualTo(lastMsgId);
        return body;
    }

    JsonObject stats() throws IOException {
        return ask("\"type\":\"pool_stats\"");
    }

    /** Waits for the end of what the node sends. */
    void expectEnd() throws IOException {
        assertThat(in.readLine()).as("more for %s", name()).isNull();
    }

    String name() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Goes away without a word: the node gets a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
