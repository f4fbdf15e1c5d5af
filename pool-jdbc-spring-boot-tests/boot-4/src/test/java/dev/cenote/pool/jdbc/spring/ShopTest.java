package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.jdbc.spring.shop.ShopApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real application as a process of its own: it starts, works, shows its meters, and ends under load without a lost request. */
@Tag("full")
@Timeout(180)
class ShopTest {

    private static final int CLIENTS = 16;
    private static final int ENOUGH = 300;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private Process process;
    private Thread reader;
    private String url;
    private String address;

    @BeforeEach
    void database() {
        url = Postgres.urlOfOwner("shop", "migrator", "shop");
    }

    private void start(Map<String, String> more) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ShopApplication.class.getName())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("SERVER_PORT", "0"),
                        Map.entry("LOGGING_LEVEL_ROOT", "warn"),
                        Map.entry("SPRING_DATASOURCE_URL", url),
                        Map.entry("SPRING_DATASOURCE_USERNAME", "shop"),
                        Map.entry("SPRING_DATASOURCE_PASSWORD", "secret"),
                        Map.entry("SPRING_DATASOURCE_NAME", "shop"),
                        Map.entry("SPRING_DATASOURCE_CENOTE_MAX_SIZE", "4"),
                        Map.entry("SPRING_DATASOURCE_CENOTE_ACQUIRE_TIMEOUT", "20s"),
                        Map.entry("SPRING_FLYWAY_USER", "migrator"),
                        Map.entry("SPRING_FLYWAY_PASSWORD", "secret"),
                        Map.entry("SPRING_FLYWAY_LOCATIONS", "classpath:db/shop"),
                        Map.entry("SPRING_JPA_HIBERNATE_DDL_AUTO", "validate"),
                        Map.entry("SPRING_JPA_OPEN_IN_VIEW", "false"),
                        Map.entry("APP_AUDIT_URL", url),
                        Map.entry("APP_AUDIT_USERNAME", "shop"),
                        Map.entry("APP_AUDIT_PASSWORD", "secret"),
                        Map.entry("APP_AUDIT_MAX_SIZE", "2"),
                        Map.entry("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "health,metrics"),
                        Map.entry("MANAGEMENT_ENDPOINT_HEALTH_SHOW_DETAILS", "always")));
        builder.environment().putAll(more);
        process = builder.start();
        CountDownLatch ready = new CountDownLatch(1);
        reader = new Thread(() -> read(ready), "log of the application");
        reader.start();
        ready.await();
        assertThat(address).as("%s", log).isNotNull();
    }

    private void read(CountDownLatch ready) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (line.startsWith("port=")) {
                    address = "http://localhost:" + line.substring("port=".length());
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            ready.countDown();
        }
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> sell(String item) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(address + "/purchases?item=" + item))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    /** Idle connections of a pool, by the name of its meters. */
    private String idle(String name) throws IOException, InterruptedException {
        return get("/actuator/metrics/jdbc.connections.idle?tag=name:" + name).body();
    }

    @Test
    void aTransactionOfJpaThatOnlyReadsHasTheConnectionsOfTheSecondPool() throws Exception {
        start(Map.of("SPRING_DATASOURCE_CENOTE_READ_URL", url));
        String id = sell("book").body();
        assertThat(idle("read")).contains("\"value\":0.0");
        assertThat(get("/purchases/" + id).body()).isEqualTo("book");
        assertThat(idle("read")).contains("\"value\":1.0");
    }

    @Test
    void theApplicationWorksAndEndsUnderLoadWithoutALostRequest() throws Exception {
        start(Map.of());
        String id = sell("book").body();
        assertThat(get("/purchases/" + id).body()).isEqualTo("book");
        showsItsMeters();

        AtomicInteger sold = new AtomicInteger(1);
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        CountDownLatch enough = new CountDownLatch(ENOUGH);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(() -> buy(sold, failed, enough), "client " + i);
            client.start();
            clients.add(client);
        }
        enough.await();
        process.destroy(); // SIGTERM
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", log).isTrue();
        for (Thread client : clients) {
            client.join();
        }
        reader.join();

        assertThat(failed).isEmpty();
        assertThat(sold.get()).isGreaterThan(ENOUGH);
        assertThat(Postgres.count("shop", "select count(*) from purchase")).isEqualTo(sold.get());
        assertThat(Postgres.count("shop", "select count(*) from audit")).isEqualTo(sold.get());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (sessions() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait(); // the server's side of a session ends a moment after its client has left
        }
        assertThat(sessions()).isZero();
        assertThat(log).noneMatch(line -> line.contains("ERROR") || line.contains("Exception"));
        assertThat(process.exitValue()).isEqualTo(128 + 15);
    }

    private static int sessions() throws SQLException {
        return Postgres.count("shop", "select count(*) from pg_stat_activity where usename = 'shop'");
    }

    private void showsItsMeters() throws IOException, InterruptedException {
        assertThat(get("/actuator/metrics/jdbc.connections.max?tag=name:dataSource")
                        .body())
                .contains("\"value\":4.0");
        assertThat(get("/actuator/metrics/jdbc.connections.max?tag=name:audit").body())
                .contains("\"value\":2.0");
        assertThat(idle("audit")).contains("\"value\":1.0");
        assertThat(get("/actuator/health").body())
                .contains("\"db\":", "\"cenote\":", "\"pool\":\"shop\"", "\"pool\":\"auditDataSource\"")
                .doesNotContain("DOWN", "reasons");
    }

    /** Goes on until the application takes no requests any more. One that it does not take is not sold, and not lost. */
    private void buy(AtomicInteger sold, Queue<String> failed, CountDownLatch enough) {
        while (true) {
            try {
                HttpResponse<String> response = sell("item");
                if (response.statusCode() == 200) {
                    sold.incrementAndGet();
                } else {
                    failed.add(response.statusCode() + " " + response.body());
                }
                enough.countDown();
            } catch (IOException e) {
                return;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
