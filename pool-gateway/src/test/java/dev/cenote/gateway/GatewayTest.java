package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Credentials.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both servers in this process, and users without a database. */
class GatewayTest {

    private static final byte[] KEY = new byte[32];
    private static final Credential KNOWN = new Credentials(1, 10).of(0);

    private final HttpClient http = HttpClient.newHttpClient();
    private volatile Users users =
            name -> name.equals("me") ? new User(KNOWN.salt(), 10, KNOWN.storedKey(), KNOWN.serverKey()) : null;
    private LoginServer server;
    private PooledBackend backend;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        Users anyUsers = name -> users.find(name);
        server = new LoginServer(
                0,
                new Scram(anyUsers, new ServerNonce(KEY, System::currentTimeMillis), KEY, 10),
                new Passwords(anyUsers, 10),
                Threads.perTask(false));
        openGateway(2);
    }

    private void openGateway(int connections) throws InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        backend = new PooledBackend(address, connections);
        gateway = new Gateway(0, backend, Threads.bounded(false, 4));
    }

    private void closeGateway() {
        gateway.close();
        backend.close();
    }

    @AfterEach
    void stop() throws IOException {
        closeGateway();
        server.close();
    }

    @Test
    void aUserLogsInByScramInTwoRequests() throws Exception {
        LoginAttempt attempt = LoginAttempt.scram("me", KNOWN, () -> "abc");

        HttpResponse<String> challenge = get(attempt.authorization());
        String last = attempt.next(challenge.statusCode(), header(challenge, "WWW-Authenticate"));
        HttpResponse<String> welcome = get(last);

        assertThat(challenge.statusCode()).isEqualTo(401);
        assertThat(welcome.statusCode()).isEqualTo(200);
        assertThat(attempt.next(200, header(welcome, "Authentication-Info"))).isNull();
    }

    @Test
    void aUserLogsInByThePasswordInOneRequest() throws Exception {
        assertThat(get(LoginAttempt.plain("me", KNOWN).authorization()).statusCode())
                .isEqualTo(200);
        assertThat(get("Basic " + Authorization.encoded("me:wrong")).statusCode())
                .isEqualTo(401);
        assertThat(get("Basic " + Authorization.encoded("you:secret-0")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoSaysNothingIsAskedToLogIn() throws Exception {
        HttpResponse<String> response = get(null);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(header(response, "WWW-Authenticate")).isEqualTo("SCRAM-SHA-256 realm=\"cenote\"");
    }

    @Test
    void whatCannotBeReadIsABadRequest() throws Exception {
        assertThat(get("Bearer x").statusCode()).isEqualTo(400);
        assertThat(get("SCRAM-SHA-256 data=" + Authorization.encoded("nonsense"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("SCRAM-SHA-256 data=" + Authorization.encoded("x".repeat(6_000)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(conversation("\u0001\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aDatabaseThatIsAwayIsToldAndPasses() throws Exception {
        Users well = users;
        users = name -> {
            throw new SQLException("away");
        };
        String authorization = LoginAttempt.plain("me", KNOWN).authorization();
        HttpResponse<String> response = get(authorization);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("no database\n");
        assertThat(header(response, "Retry-After")).isEqualTo("1");
        users = well;
        assertThat(get(authorization).statusCode()).isEqualTo(200);
    }

    @Test
    void aBugOfTheServerCostsOneRequestAndNoConnection() throws Exception {
        closeGateway();
        openGateway(1); // with room for another one a slow connect would make two
        Users well = users;
        users = name -> {
            throw new IllegalStateException("bug");
        };
        String authorization = LoginAttempt.plain("me", KNOWN).authorization();

        assertThat(get(authorization).statusCode()).isEqualTo(503);
        users = well;
        assertThat(get(authorization).statusCode()).isEqualTo(200);
        assertThat(server.accepted()).isEqualTo(1);
    }

    @Test
    void connectionsThatTheServerHasClosedAreNotUsedForARequest() throws Exception {
        String authorization = LoginAttempt.plain("me", KNOWN).authorization();
        for (int i = 0; i < 20; i++) {
            assertThat(get(authorization).statusCode()).isEqualTo(200);
            while (server.finishIdle() == 0) {
                Thread.onSpinWait(); // the client has its answer a little before the server is idle
            }
        }
        assertThat(backend.retries()).isZero();
    }

    @Test
    void aServerThatIsGoneIsToldAsUnavailable() throws Exception {
        server.close();

        assertThat(get(LoginAttempt.plain("me", KNOWN).authorization()).statusCode())
                .isEqualTo(503);
    }

    @Test
    void clientsThatTakeNoAnswersHoldUpNobodyElse() throws Exception {
        String authorization = LoginAttempt.plain("me", KNOWN).authorization();
        try (SlowClients slow =
                new SlowClients(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()), 5)) {
            while (slow.sent() < 5 * 17) {
                Thread.onSpinWait(); // one more than the gateway lets wait on one connection
            }
            for (int i = 0; i < 20; i++) {
                assertThat(get(authorization).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        users = name -> {
            second.countDown();
            return null;
        };
        String head = "GET / HTTP/1.1\r\nHost: x\r\n";
        String plain = "Authorization: Basic " + Authorization.encoded("you:x") + "\r\n";

        String answers = conversation(
                head + plain + "\r\n" + head + "\r\n" + head + "Authorization: Bearer\r\nConnection: close\r\n\r\n");

        assertThat(answers.split("HTTP/1.1 ")).hasSize(4);
        assertThat(answers.indexOf("invalid-password")).isLessThan(answers.indexOf("log in"));
        assertThat(answers.indexOf("log in")).isLessThan(answers.indexOf("400"));
        assertThat(second.getCount()).isZero();
    }

    private HttpResponse<String> get(String authorization) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.port() + "/login"));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    /** Sends bytes, and reads until the gateway closes. */
    private String conversation(String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
