package dev.cenote.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends requests as they are written here, with headers that a well-behaved client would not let anybody set. It speaks HTTP 1.0, in
 * which an answer is not cut into chunks.
 */
final class Client implements AutoCloseable {

    /** What came back. */
    record Answer(int status, Map<String, String> headers, String body) {}

    private final Socket socket;
    private final BufferedReader in;

    private Client(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static Answer get(URI uri, String... headers) {
        return send("GET", uri, "", headers);
    }

    /** Sends a request whose host is that of the address, unless the headers have one. */
    static Answer send(String method, URI uri, String body, String... headers) {
        try (Client client = new Client(uri.getPort())) {
            client.write(method, uri, body, headers);
            return client.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the stream of events. */
    static Client events(Console console) {
        try {
            Client client = new Client(console.uri().getPort());
            client.write("GET", console.uri().resolve("events"), "");
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The data of the next event of that name. */
    String next(String event) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("event: " + event)) {
                    return in.readLine().substring("data: ".length());
                }
            }
            throw new IOException("the stream has ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String statusLine() {
        try {
            return String.valueOf(in.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String method, URI uri, String body, String... headers) throws IOException {
        List<String> lines = new ArrayList<>(List.of(headers));
        if (lines.stream().noneMatch(line -> line.startsWith("Host:"))) {
            lines.add("Host: " + uri.getHost() + ":" + uri.getPort());
        }
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        String request = method + " " + target + " HTTP/1.0\r\n" + String.join("\r\n", lines)
                + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private Answer read() throws IOException {
        int status = Integer.parseInt(in.readLine().split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        StringBuilder body = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            body.append((char) next);
        }
        return new Answer(status, headers, body.toString());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
