package dev.cenote.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may see the page, and who may use it. */
@Timeout(60)
class SecurityTest {

    private static final String[] AS_THE_PAGE = {"Content-Type: application/json", "X-Cenote-Console: operation"};

    private final Pool<Object> pool = Pool.builder(Object::new).name("orders").build();
    private final Console console = Console.open(pool);

    @AfterEach
    void close() {
        console.close();
        pool.shutdown(Duration.ZERO).join();
    }

    private String own() {
        return "127.0.0.1:" + console.uri().getPort();
    }

    private URI at(String path) {
        return URI.create("http://" + own() + path);
    }

    private static String[] and(String... more) {
        String[] all = java.util.Arrays.copyOf(AS_THE_PAGE, AS_THE_PAGE.length + more.length);
        System.arraycopy(more, 0, all, AS_THE_PAGE.length, more.length);
        return all;
    }

    @Test
    void itListensOnTheLoopbackAddressOnly() throws IOException {
        assertThat(console.uri().getHost()).isEqualTo("127.0.0.1");
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .collect(Collectors.toCollection(ArrayList::new));
        if (System.getProperty("os.name").startsWith("Linux")) { // where all of 127/8 is this machine
            others.add(InetAddress.getByName("127.0.0.2"));
        }
        for (InetAddress other : others) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(other, console.uri().getPort()), 500);
                throw new AssertionError("answers at " + other);
            } catch (IOException expected) {
                assertThat(expected).isNotNull();
            }
        }
    }

    @Test
    void withoutTheTokenThereIsNothing() {
        String token = console.uri().getPath();
        assertThat(token).matches("/[\\w-]{32}/");
        assertThat(Client.get(console.uri()).status()).isEqualTo(200);
        for (String path : List.of(
                "/",
                "/events",
                "/stack?pool=0&slot=0",
                "/console.js",
                token.substring(0, token.length() - 1),
                token.toUpperCase(java.util.Locale.ROOT).equals(token)
                        ? "/x/"
                        : token.toUpperCase(java.util.Locale.ROOT),
                token.replace(token.charAt(5), token.charAt(5) == 'x' ? 'y' : 'x'),
                "/..%2f" + token)) {
            Client.Answer answer = Client.get(at(path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.body()).as(path).isEmpty();
        }
    }

    @Test
    void eachConsoleHasATokenOfItsOwn() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (Console other = Console.open(pool)) {
                tokens.add(other.uri().getPath());
            }
        }
        assertThat(tokens).hasSize(20);
    }

    @Test
    void theTokenIsInNoTextOfTheConsoles() {
        assertThat(console.toString()).doesNotContain(console.uri().getPath());
    }

    /** So that no name of another site leads here, which its page could read then. */
    @Test
    void aRequestThatNamesAnotherHostIsRefused() {
        for (String host : List.of(
                "evil.example",
                "evil.example:" + console.uri().getPort(),
                "127.0.0.1",
                "127.0.0.1:1",
                "127.0.0.1:" + console.uri().getPort() + ".evil.example")) {
            assertThat(Client.get(console.uri(), "Host: " + host).status())
                    .as(host)
                    .isEqualTo(403);
        }
        assertThat(Client.get(console.uri(), "Host: localhost:" + console.uri().getPort())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aRequestFromAnotherSiteIsRefusedThoughItHasTheToken() {
        for (String header : List.of(
                "Origin: https://evil.example",
                "Origin: null",
                "Origin: http://localhost:" + console.uri().getPort(),
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site")) {
            assertThat(Client.get(console.uri().resolve("events"), header).status())
                    .as(header)
                    .isEqualTo(403);
        }
        assertThat(Client.get(console.uri(), "Origin: http://" + own(), "Sec-Fetch-Site: same-origin")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void noOtherOriginMayReadAnAnswer() {
        for (String origin : List.of("http://" + own(), "https://evil.example")) {
            for (String method : List.of("GET", "OPTIONS")) {
                Client.Answer answer = Client.send(
                        method,
                        console.uri(),
                        "",
                        "Origin: " + origin,
                        "Access-Control-Request-Method: POST",
                        "Access-Control-Request-Headers: x-cenote-console");
                assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
            }
        }
    }

    @Test
    void thePageMayLoadNothingFromElsewhereAndNobodyMayFrameIt() {
        Client.Answer page = Client.get(console.uri());
        assertThat(page.headers().get("content-security-policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'")
                .doesNotContain("unsafe", "http");
        assertThat(page.headers())
                .containsEntry("x-frame-options", "DENY")
                .containsEntry("referrer-policy", "no-referrer")
                .containsEntry("cache-control", "no-store")
                .containsEntry("x-content-type-options", "nosniff");
        for (String file : List.of("", "console.js", "console.css")) {
            String content = Client.get(console.uri().resolve(file)).body();
            assertThat(content.replaceAll("http://www.w3.org/2000/svg", ""))
                    .as(file)
                    .doesNotContain("http");
            assertThat(content).as(file).doesNotContain("innerHTML", "eval(", "@import");
        }
    }

    @Test
    void operationsAreOffUnlessAllowed() {
        Client.Answer answer = Client.send(
                "POST",
                console.uri().resolve("operations"),
                "{\"pool\":0,\"operation\":\"suspend\"}",
                and("Origin: http://" + own()));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("operations are off");
        assertThat(pool.stats().isSuspended()).isFalse();
    }

    @Test
    void anOperationIsRunOnlyIfThePageSentIt() {
        try (Console allowed = Console.builder(pool).operations(true).open()) {
            URI operations = allowed.uri().resolve("operations");
            String suspend = "{\"pool\":0,\"operation\":\"suspend\"}";
            String itself = "Origin: http://127.0.0.1:" + allowed.uri().getPort();
            // What a form or a script of another site can send without being allowed to.
            assertThat(Client.send("POST", operations, suspend, itself, "Content-Type: text/plain")
                            .status())
                    .isEqualTo(403);
            assertThat(Client.send("POST", operations, suspend, itself, "Content-Type: application/json")
                            .status())
                    .isEqualTo(403);
            assertThat(Client.send("POST", operations, suspend, and("Origin: https://evil.example"))
                            .status())
                    .isEqualTo(403);
            assertThat(Client.send("POST", operations, suspend, and("Sec-Fetch-Site: cross-site"))
                            .status())
                    .isEqualTo(403);
            assertThat(Client.send("GET", operations, "", and(itself)).status()).isEqualTo(405);
            assertThat(Client.send(
                                    "POST",
                                    URI.create(
                                            "http://127.0.0.1:" + allowed.uri().getPort() + "/operations"),
                                    suspend,
                                    and(itself))
                            .status())
                    .isEqualTo(404);
            assertThat(pool.stats().isSuspended()).isFalse();
            assertThat(Client.send("POST", operations, suspend, and(itself)).status())
                    .isEqualTo(200);
            assertThat(pool.stats().isSuspended()).isTrue();
        }
    }

    @Test
    void thereIsABoundToHowManyPagesStreamAndToHowLongARequestIs() {
        try (Console allowed = Console.builder(pool).operations(true).open()) {
            Client.Answer answer = Client.send("POST", allowed.uri().resolve("operations"), " ".repeat(5_000), and());
            assertThat(answer.status()).isEqualTo(413);
            List<Client> pages = java.util.stream.Stream.generate(() -> Client.events(allowed))
                    .limit(Frames.MOST_STREAMS)
                    .toList();
            pages.forEach(page -> page.next("hello"));
            try (Client oneMore = Client.events(allowed)) {
                assertThat(oneMore.statusLine()).contains("503");
            }
            assertThat(Client.get(allowed.uri()).status())
                    .as("others are answered")
                    .isEqualTo(200);
            pages.forEach(Client::close);
        }
    }

    /** A factory whose every text and failure has the password in it. */
    private record Confidential(String password, boolean[] fails) implements Factory<Object> {
        @Override
        public Object create() {
            if (fails[0]) {
                throw new IllegalStateException("can't log in with " + password);
            }
            return this;
        }
    }

    @Test
    void noSecretIsShown() {
        boolean[] fails = {false};
        try (Pool<Object> secret = Pool.builder(new Confidential("hunter2", fails))
                        .name("secret")
                        .executor(Runnable::run)
                        .failFastAfter(Duration.ZERO)
                        .validator(object -> true)
                        .build();
                Console shown = Console.builder(secret).operations(true).open();
                Lease<Object> held = secret.acquireUninterruptibly(Duration.ofSeconds(1));
                Client page = Client.events(shown)) {
            String all = page.next("hello");
            fails[0] = true;
            Client.send(
                    "POST",
                    shown.uri().resolve("operations"),
                    "{\"pool\":0,\"operation\":\"warmUp\",\"objects\":5}",
                    and());
            while (!all.contains("could not be made")) {
                all += page.next("tick");
            }
            all += Client.get(shown.uri().resolve("stack?pool=0&slot=0")).body();
            assertThat(JsonParser.parseString(page.next("tick")).toString()).isNotEmpty();
            assertThat(all)
                    .contains("could not be made", "LEASED", "maxLifetime", "noSecretIsShown")
                    .doesNotContain(((Confidential) held.get()).password());
        }
    }

    /** Clients leave HTTP's own port out of the name of the host. */
    @Test
    void onPort80ItsNamesHaveAPortOrNone() {
        assertThat(Gatekeeper.hosts(80)).contains("127.0.0.1", "127.0.0.1:80", "localhost", "[::1]");
        assertThat(Gatekeeper.hosts(8080)).containsExactlyInAnyOrder("127.0.0.1:8080", "localhost:8080", "[::1]:8080");
    }
}
