package dev.cenote.examples;

import com.sun.net.httpserver.HttpServer;
import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.SocketPool;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP/1.1 client: requests to one address share kept connections. */
final class HttpExample implements Examples.Example {

    /** An answer; names of headers without regard to case. */
    record Response(int status, Map<String, String> headers, String body) {}

    // snippet: get
    static Response get(SocketPool pool, Address address, String path) throws IOException, InterruptedException {
        return pool.withConnection(address, connection -> {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + authority(address) + "\r\n\r\n";
            connection.out().write(request.getBytes(StandardCharsets.US_ASCII));
            connection.out().flush();
            return response(connection);
        });
    }

    /** What the header Host says (RFC 9110, section 7.2). */
    static String authority(Address address) {
        String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
        return host + ":" + address.port();
    }

    private static Response response(Connection connection) throws IOException {
        InputStream in = connection.in();
        int status = Integer.parseInt(line(in).split(" ")[1]);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line; !(line = line(in)).isEmpty(); ) {
            String[] header = line.split(":", 2);
            headers.put(header[0], header[1].strip());
        }
        boolean endsItself = headers.containsKey("Transfer-Encoding")
                || headers.containsKey("Content-Length")
                || status == 204
                || status == 304;
        String body = headers.containsKey("Transfer-Encoding")
                ? chunks(in)
                : endsItself
                        ? text(in, Integer.parseInt(headers.getOrDefault("Content-Length", "0")))
                        : new String(in.readAllBytes(), StandardCharsets.UTF_8); // the end of the connection ends it
        if (!endsItself
                || headers.getOrDefault("Connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("close")) {
            connection.close(); // the server's wish: nobody gets this connection again
        }
        return new Response(status, headers, body);
    }
    // end

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        for (int length; (length = Integer.parseInt(line(in).split(";")[0], 16)) > 0; line(in)) {
            body.append(text(in, length));
        }
        for (String trailer = line(in); !trailer.isEmpty(); ) {
            trailer = line(in);
        }
        return body.toString();
    }

    private static String text(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server closed the connection within a body");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next < 0) {
                throw new EOFException("the server closed the connection within a line");
            }
            line.append(next == '\r' ? "" : (char) next);
        }
        return line.toString();
    }

    @Override
    public void run(PrintStream out) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = ("you asked for " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, exchange.getRequestURI().getPath().equals("/chunks") ? 0 : body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        Address address = Address.of("127.0.0.1", server.getAddress().getPort());
        try (SocketPool pool = SocketPool.builder()
                .maxPerAddress(8)
                .readTimeout(Duration.ofSeconds(2))
                .build()) {
            out.println(get(pool, address, "/length").body());
            out.println(get(pool, address, "/chunks").body());
            for (int i = 0; i < 20; i++) {
                get(pool, address, "/" + i);
            }
            out.println("22 requests, " + pool.stats(address).created() + " connection");
        } finally {
            server.stop(0);
        }
    }
}
