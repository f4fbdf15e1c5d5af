package dev.cenote.console;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers requests that the {@link Gatekeeper} has let in. */
final class Pages implements HttpHandler {

    private static final int LARGEST_BODY = 4_096;
    private static final Pattern SLOT_ASKED = Pattern.compile("pool=(\\d{1,6})&slot=(\\d{1,8})");
    private static final Map<String, File> FILES = Map.of(
            "", new File("console.html", "text/html; charset=utf-8"),
            "console.js", new File("console.js", "text/javascript; charset=utf-8"),
            "console.css", new File("console.css", "text/css; charset=utf-8"));

    private record File(String name, String type) {}

    private final String path;
    private final Frames frames;
    private final List<Watch> watches;
    private final @Nullable Operations operations;

    Pages(String path, Frames frames, List<Watch> watches, @Nullable Operations operations) {
        this.path = path;
        this.frames = frames;
        this.watches = watches;
        this.operations = operations;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestURI().getRawPath().substring(path.length());
        boolean isGet = exchange.getRequestMethod().equals("GET");
        File file = FILES.get(asked);
        if (asked.equals("operations")) {
            operate(exchange);
        } else if (!isGet) {
            Gatekeeper.refuse(exchange, 405);
        } else if (asked.equals("events")) {
            frames.stream(exchange);
        } else if (asked.equals("stack")) {
            stack(exchange);
        } else if (file != null) {
            send(exchange, file);
        } else {
            Gatekeeper.refuse(exchange, 404);
        }
    }

    private static void send(HttpExchange exchange, File file) throws IOException {
        try (InputStream content = Pages.class.getResourceAsStream(file.name)) {
            if (content == null) {
                throw new IOException("the console's file " + file.name + " is not in its jar");
            }
            send(exchange, 200, file.type, content.readAllBytes());
        }
    }

    private void stack(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        Matcher asked = SLOT_ASKED.matcher(query == null ? "" : query);
        if (!asked.matches() || Integer.parseInt(asked.group(1)) >= watches.size()) {
            Gatekeeper.refuse(exchange, 400);
            return;
        }
        json(exchange, 200, watches.get(Integer.parseInt(asked.group(1))).stack(Integer.parseInt(asked.group(2))));
    }

    /** A page of another site can send no such request: its header would have to be allowed to it first, and nothing is. */
    private void operate(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        if (operations == null) {
            json(exchange, 403, message("operations are off"));
        } else if (!exchange.getRequestMethod().equals("POST")) {
            Gatekeeper.refuse(exchange, 405);
        } else if (!"operation".equals(headers.getFirst("X-Cenote-Console"))
                || !"application/json".equals(headers.getFirst("Content-Type"))) {
            json(exchange, 403, message("not sent by the console's page"));
        } else {
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                json(exchange, 413, message("too long"));
                return;
            }
            try {
                JsonObject asked = JsonParser.parseString(new String(body, StandardCharsets.UTF_8))
                        .getAsJsonObject();
                json(exchange, 200, message(operations.run(asked)));
            } catch (JsonParseException | IllegalArgumentException | IllegalStateException e) {
                json(exchange, 400, message(String.valueOf(e.getMessage())));
            }
        }
    }

    private static JsonObject message(String text) {
        JsonObject message = new JsonObject();
        message.addProperty("message", text);
        return message;
    }

    private static void json(HttpExchange exchange, int status, JsonObject answer) throws IOException {
        send(exchange, status, "application/json", answer.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, content.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(content);
        }
    }
}
