package dev.cenote.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets in only requests of this console's page, and of a person who has its address:
 *
 * <ol>
 *   <li>The host that the request names is this one. So no page of another site can have its own name lead here (DNS rebinding).
 *   <li>The origin, if there is one, is this one, too. The browser does not say that another site has sent the request.
 *   <li>The path begins with the token.
 * </ol>
 *
 * <p>Its answers forbid everything that the page does not need, and no other origin is ever allowed to read one.
 */
final class Gatekeeper {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final byte[] path;
    private final Set<String> hosts;

    Gatekeeper(String path, int port) {
        this.path = path.getBytes(StandardCharsets.UTF_8);
        hosts = hosts(port);
    }

    /** This one, as a request may name it. Clients leave HTTP's own port out. */
    static Set<String> hosts(int port) {
        return Stream.of("127.0.0.1", "localhost", "[::1]")
                .flatMap(host -> port == 80 ? Stream.of(host, host + ":80") : Stream.of(host + ":" + port))
                .collect(Collectors.toUnmodifiableSet());
    }

    HttpHandler before(HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                protect(exchange.getResponseHeaders());
                if (isSentFromElsewhere(exchange.getRequestHeaders())) {
                    refuse(exchange, 403);
                } else if (!hasToken(exchange.getRequestURI().getRawPath())) {
                    refuse(exchange, 404);
                } else {
                    handler.handle(exchange);
                }
            }
        };
    }

    private boolean isSentFromElsewhere(Headers headers) {
        String host = headers.getFirst("Host");
        String origin = headers.getFirst("Origin");
        String site = headers.getFirst("Sec-Fetch-Site");
        return host == null
                || !hosts.contains(host)
                || (origin != null && !origin.equals("http://" + host))
                || (site != null && !site.equals("same-origin") && !site.equals("none"));
    }

    /** Takes the same time for each wrong token. */
    private boolean hasToken(@Nullable String asked) {
        if (asked == null) {
            return false;
        }
        byte[] bytes = asked.getBytes(StandardCharsets.UTF_8);
        byte[] start = bytes.length < path.length ? bytes : Arrays.copyOf(bytes, path.length);
        return MessageDigest.isEqual(start, path);
    }

    private static void protect(Headers headers) {
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    static void refuse(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }
}
