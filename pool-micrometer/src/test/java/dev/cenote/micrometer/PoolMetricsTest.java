package dev.cenote.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.Ticker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a metrics system is told of a pool. */
@Timeout(60)
class PoolMetricsTest {

    private final AtomicLong clock = new AtomicLong();
    private final Ticker ticker = new Ticker() {
        @Override
        public long nanos() {
            return clock.get();
        }

        @Override
        public long wallMillis() {
            return clock.get() / 1_000_000;
        }
    };
    private final Pool<Object> pool = open("orders");
    private final MeterRegistry simple = new SimpleMeterRegistry();
    private final PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Pool<Object> open(String name) {
        Pool<Object> opened = Pool.builder(() -> {
                    clock.addAndGet(Duration.ofMillis(20).toNanos());
                    return new Object();
                })
                .name(name)
                .maxSize(3)
                .minIdle(1)
                .useTimes(1)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        awaitIdle(opened);
        return opened;
    }

    /**
     * The housekeepers' thread makes one for minIdle whenever none is idle. Until it is there, the meters of one read are of
     * different moments, and a create of a caller, or a step of the clock, would count as time of the thread's create.
     */
    private static void awaitIdle(Pool<Object> pool) {
        while (pool.stats().idle() < 1) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() {
        pool.shutdown(Duration.ZERO).join();
    }

    private static List<String> lines(String resource) {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(PoolMetricsTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Meter.Type typeOf(String instrument) {
        return switch (instrument) {
            case "updowncounter" -> Meter.Type.GAUGE;
            case "counter" -> Meter.Type.COUNTER;
            case "histogram" -> Meter.Type.TIMER;
            default -> throw new AssertionError(instrument);
        };
    }

    @Test
    void thePagesMetersStandSideBySide() {
        MeterRegistry registry = prometheus;
        // snippet: bind
        PoolMetrics.ofConnections(pool).bindTo(registry); // db.client.connection.*
        PoolMetrics.of(pool).bindTo(registry); // cenote.pool.*, for pools of anything else; also for a keyed pool
        PoolMetrics.likeHikariCp(pool).bindTo(registry); // hikaricp.connections.*, for dashboards that are there
        // end
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .contains("db.client.connection.max", "cenote.pool.max", "hikaricp.connections.max");
        assertThat(prometheus.scrape()).contains("cenote_pool_validation_time_seconds_count");
    }

    @Test
    void theMetersOfConnectionsAreThoseOfOpenTelemetrysConvention() {
        PoolMetrics.ofConnections(pool).bindTo(simple);
        TreeSet<String> convention = new TreeSet<>();
        for (String line : lines("convention.csv")) {
            String[] row = line.split(",");
            convention.add(row[0]);
            assertThat(simple.find(row[0]).meters()).as(row[0]).isNotEmpty().allSatisfy(meter -> {
                assertThat(meter.getId().getType()).as(row[0]).isEqualTo(typeOf(row[1]));
                String unit = meter.getId().getBaseUnit();
                // a unit in braces is an annotation: such a number has none
                assertThat(unit == null ? "" : unit.replace("seconds", "s"))
                        .as(row[0])
                        .isEqualTo(row[2].replaceAll("\\{.*}", ""));
                assertThat(meter.getId().getTags().stream().map(Tag::getKey))
                        .as(row[0])
                        .containsExactlyInAnyOrder(row[3].split(" "));
                assertThat(meter.getId().getTag("db.client.connection.pool.name"))
                        .isEqualTo("orders");
            });
        }
        assertThat(simple.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .filter(name -> name.startsWith("db.")))
                .as("and no others under its name")
                .allMatch(convention::contains);
        assertThat(simple.find("db.client.connection.count").meters().stream()
                        .map(meter -> meter.getId().getTag("db.client.connection.state")))
                .containsExactlyInAnyOrder("idle", "used");
    }

    @Test
    void theMetersOfAnythingHaveTheSameNamesUnderAnotherPrefix() {
        PoolMetrics.of(pool).bindTo(simple);
        for (String line : lines("convention.csv")) {
            String name = line.split(",")[0].replace("db.client.connection", "cenote.pool");
            assertThat(simple.find(name).tag("cenote.pool.name", "orders").meters())
                    .as(name)
                    .isNotEmpty();
        }
        assertThat(simple.getMeters()).allMatch(meter -> meter.getId().getName().startsWith("cenote.pool."));
    }

    @Test
    void theNumbersAreThoseOfThePool() throws InterruptedException {
        PoolMetrics.ofConnections(pool).bindTo(simple);
        Lease<Object> held = pool.acquire();
        awaitIdle(pool);
        pool.acquire().invalidate();
        awaitIdle(pool);
        Map<String, Double> read = simple.getMeters().stream()
                .collect(Collectors.toMap(
                        meter -> meter.getId().getName()
                                + meter.getId().getTags().stream()
                                        .filter(tag -> !tag.getKey().endsWith("name"))
                                        .map(Tag::getValue)
                                        .collect(Collectors.joining("/", " ", "")),
                        meter -> meter.measure().iterator().next().getValue()));
        assertThat(read)
                .containsEntry("db.client.connection.count used", 1.0)
                .containsEntry("db.client.connection.count idle", 1.0)
                .containsEntry("db.client.connection.max ", 3.0)
                .containsEntry("db.client.connection.idle.max ", 3.0)
                .containsEntry("db.client.connection.idle.min ", 1.0)
                .containsEntry("db.client.connection.pending_requests ", 0.0)
                .containsEntry("db.client.connection.timeouts ", 0.0)
                .containsEntry("db.client.connection.wait_time ", 2.0)
                .containsEntry("db.client.connection.create_time ", 3.0)
                .containsEntry("cenote.pool.destroyed invalidated", 1.0)
                .containsEntry("cenote.pool.acquired ", 2.0)
                .containsEntry("cenote.pool.creations ", 3.0)
                .containsEntry("cenote.pool.failing_fast ", 0.0);
        assertThat(simple.get("db.client.connection.create_time")
                        .functionTimer()
                        .totalTime(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isCloseTo(60, within(0.001));
        held.close();
    }

    @Test
    void timesAreHistogramsInPrometheus() throws InterruptedException {
        PoolMetrics.ofConnections(pool).bindTo(prometheus);
        pool.resize(new PoolLimits(3, 0, 10)); // or the housekeepers' thread makes a second one while the first is out
        for (int i = 0; i < 5; i++) {
            pool.acquire().close();
        }
        Scrape scrape = new Scrape(prometheus);
        String created = "db_client_connection_create_time_seconds";
        assertThat(scrape.matching(created + "_bucket", Map.of("le", "0.01")))
                .hasSize(1)
                .allMatch(it -> it.value() == 0);
        assertThat(scrape.matching(created + "_bucket", Map.of("le", "0.05")))
                .hasSize(1)
                .allMatch(it -> it.value() == 1);
        assertThat(scrape.all(created + "_sum")).hasSize(1).allMatch(it -> it.value() == 0.02);
        String waited = "db_client_connection_wait_time_seconds";
        assertThat(scrape.matching(
                        waited + "_bucket", Map.of("le", "+Inf", "db_client_connection_pool_name", "orders")))
                .as("callers that did not wait are in it")
                .hasSize(1)
                .allMatch(it -> it.value() == 5);
        assertThat(scrape.matching(waited + "_bucket", Map.of("le", "1.0E-4")))
                .hasSize(1)
                .allMatch(it -> it.value() == 5);
        assertThat(scrape.all(waited + "_count")).hasSize(1);
        assertThat(scrape.toString())
                .contains("# TYPE " + waited + " histogram")
                .doesNotContain("probe");
        assertThat(scrape.all("db_client_connection_timeouts_total")).hasSize(1);
        assertThat(scrape.all("db_client_connection_count")).hasSize(2);
        assertThat(scrape.all("cenote_pool_recent_wait_time_seconds")).hasSize(4);
    }

    @Test
    void severalPoolsHaveOneHistogramWithTheirLabels() {
        try (Pool<Object> other = open("users")) {
            PoolMetrics.ofConnections(pool).bindTo(prometheus);
            PoolMetrics.ofConnections(other)
                    .tags(Tags.of("db.system.name", "postgresql"))
                    .bindTo(prometheus);
            assertThat(new Scrape(prometheus).all("db_client_connection_wait_time_seconds_count"))
                    .extracting(
                            it -> it.labels().get("db_client_connection_pool_name"),
                            it -> it.labels().get("db_system_name"))
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("orders", null),
                            org.assertj.core.groups.Tuple.tuple("users", "postgresql"));
        }
    }

    @Test
    void aRegistrysFiltersHoldForItsHistogramsToo() {
        prometheus
                .config()
                .commonTags("application", "shop")
                .meterFilter(MeterFilter.denyNameStartsWith("db.client.connection.use_time"));
        PoolMetrics.ofConnections(pool).bindTo(prometheus);
        Scrape scrape = new Scrape(prometheus);
        assertThat(scrape.matching("db_client_connection_wait_time_seconds_count", Map.of("application", "shop")))
                .hasSize(1);
        assertThat(scrape.toString()).doesNotContain("use_time");
    }

    @Test
    void theQueriesOfHikariCpsDashboardsAreAnswered() throws InterruptedException {
        prometheus.config().commonTags("application", "shop", "instance", "localhost:8080");
        PoolMetrics.likeHikariCp(pool).bindTo(prometheus);
        Lease<Object> used = pool.acquire();
        awaitIdle(pool);
        clock.addAndGet(Duration.ofMillis(50).toNanos());
        used.close();
        Lease<Object> held = pool.acquire();
        Scrape scrape = new Scrape(prometheus);
        List<String> queries = lines("hikaricp-dashboards.txt");
        assertThat(queries).hasSizeGreaterThan(10);
        for (String query : queries) {
            String asked = query.replace("$instance", "localhost:8080")
                    .replace("$application", "shop")
                    .replace("$hikaricp", "orders");
            assertThat(scrape.query(asked)).as(query).isFinite();
        }
        assertThat(scrape.query("hikaricp_connections_active{pool=\"orders\"}")).isEqualTo(1);
        assertThat(scrape.query("hikaricp_connections_idle{pool=\"orders\"}")).isEqualTo(1);
        assertThat(scrape.query("hikaricp_connections{pool=\"orders\"}")).isEqualTo(2);
        assertThat(scrape.query("hikaricp_connections_creation_seconds_sum{pool=\"orders\"}"
                        + " / hikaricp_connections_creation_seconds_count{pool=\"orders\"}"))
                .isCloseTo(0.02, within(1e-9));
        assertThat(scrape.query("hikaricp_connections_creation_seconds_max{pool=\"orders\"}"))
                .isCloseTo(0.02, within(1e-9));
        held.close();
    }

    @Test
    void hikariCpsMetersHaveItsNamesAndTypes() {
        PoolMetrics.likeHikariCp(pool).bindTo(simple);
        assertThat(simple.getMeters().stream()
                        .map(meter ->
                                meter.getId().getType() + " " + meter.getId().getName())
                        .filter(name -> !name.endsWith(".creation.max")
                                && !name.endsWith(".usage.max")
                                && !name.endsWith(".acquire.max")))
                .containsExactlyInAnyOrder(
                        "GAUGE hikaricp.connections",
                        "GAUGE hikaricp.connections.active",
                        "GAUGE hikaricp.connections.idle",
                        "GAUGE hikaricp.connections.pending",
                        "GAUGE hikaricp.connections.max",
                        "GAUGE hikaricp.connections.min",
                        "COUNTER hikaricp.connections.timeout",
                        "TIMER hikaricp.connections.acquire",
                        "TIMER hikaricp.connections.usage",
                        "TIMER hikaricp.connections.creation");
        assertThat(simple.getMeters())
                .allMatch(meter -> "orders".equals(meter.getId().getTag("pool")));
    }

    @Test
    void bothNamesCanBeBoundAtOnceAndTwiceIsOnce() {
        for (PoolMetrics metrics : List.of(PoolMetrics.ofConnections(pool), PoolMetrics.likeHikariCp(pool))) {
            metrics.bindTo(prometheus);
            int meters = prometheus.getMeters().size();
            metrics.bindTo(prometheus);
            assertThat(prometheus.getMeters()).hasSize(meters);
        }
        Scrape scrape = new Scrape(prometheus);
        assertThat(scrape.all("db_client_connection_wait_time_seconds_count")).hasSize(1);
        assertThat(scrape.all("hikaricp_connections_acquire_seconds_count")).hasSize(1);
    }

    @Test
    void twoPoolsOfOneNameAreToldApart() {
        try (Pool<Object> second = open("orders")) {
            PoolMetrics.of(pool).bindTo(prometheus);
            PoolMetrics.of(second).bindTo(prometheus);
            assertThat(new Scrape(prometheus).all("cenote_pool_max"))
                    .extracting(it -> it.labels().get("cenote_pool_name"))
                    .containsExactlyInAnyOrder("orders", "orders-2");
        }
    }

    @Test
    void onePoolUnderBothNamesHasTheRestOnceAsLongAsOneOfThemIsBound() {
        PoolMetrics convention = PoolMetrics.ofConnections(pool);
        PoolMetrics own = PoolMetrics.of(pool);
        convention.bindTo(prometheus);
        own.bindTo(prometheus);
        assertThat(new Scrape(prometheus).all("cenote_pool_validation_time_seconds_count"))
                .hasSize(1);
        convention.close();
        assertThat(new Scrape(prometheus).all("cenote_pool_acquired_total")).hasSize(1);
        assertThat(new Scrape(prometheus).all("cenote_pool_validation_time_seconds_count"))
                .hasSize(1);
        own.close();
        assertThat(prometheus.scrape()).isEmpty();
    }

    @Test
    void twoPoolsOfOneNameAreToldApartUnderDifferentNamesToo() {
        try (Pool<Object> second = open("orders")) {
            PoolMetrics.ofConnections(pool).bindTo(prometheus);
            PoolMetrics.of(second).bindTo(prometheus);
            assertThat(new Scrape(prometheus).all("cenote_pool_validation_time_seconds_count"))
                    .extracting(it -> it.labels().get("cenote_pool_name"))
                    .containsExactlyInAnyOrder("orders", "orders-2");
        }
    }

    @Test
    void aPoolUnderOneNameTakesThePlaceOfAClosedOneUnderTheOther() {
        Pool<Object> first = open("again");
        PoolMetrics.of(first).bindTo(prometheus);
        first.close();
        try (Pool<Object> second = open("again")) {
            PoolMetrics.ofConnections(second).bindTo(prometheus);
            second.tryAcquire().orElseThrow().close();
            assertThat(new Scrape(prometheus).matching("cenote_pool_acquired_total", Map.of()))
                    .hasSize(1)
                    .allMatch(it -> it.value() == 1);
        }
    }

    @Test
    void aFilterThatTakesTheNamesAwayBreaksNoScrape() {
        prometheus.config().meterFilter(MeterFilter.ignoreTags("cenote.pool.name"));
        try (Pool<Object> second = open("other")) {
            PoolMetrics.of(pool).bindTo(prometheus);
            PoolMetrics.of(second).bindTo(prometheus);
            assertThat(new Scrape(prometheus).all("cenote_pool_wait_time_seconds_count"))
                    .hasSize(1);
        }
    }

    @Test
    void aPoolThatIsOpenedAnewTakesThePlaceOfTheClosedOne() {
        Pool<Object> first = open("again");
        PoolMetrics.of(first).bindTo(prometheus);
        first.close();
        try (Pool<Object> second = open("again")) {
            PoolMetrics.of(second).bindTo(prometheus);
            second.warmUp(1).join();
            Scrape scrape = new Scrape(prometheus);
            assertThat(scrape.matching("cenote_pool_count", Map.of("cenote_pool_state", "idle")))
                    .hasSize(1)
                    .allMatch(it -> it.value() == 1
                            && it.labels().get("cenote_pool_name").equals("again"));
            assertThat(scrape.all("cenote_pool_create_time_seconds_count")).hasSize(1);
        }
    }

    @Test
    void closingTheMetricsRemovesThemAndLeavesThePool() throws InterruptedException {
        PoolMetrics metrics = PoolMetrics.ofConnections(pool);
        metrics.bindTo(prometheus);
        metrics.bindTo(simple);
        metrics.close();
        metrics.close();
        assertThat(prometheus.scrape()).isEmpty();
        assertThat(simple.getMeters()).isEmpty();
        pool.acquire().close();
    }

    @Test
    void aCompositeHasHistogramsWherePrometheusIsAmongItsMembers() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        composite.add(simple).add(prometheus);
        PoolMetrics.of(pool).bindTo(composite);
        assertThat(new Scrape(prometheus).all("cenote_pool_wait_time_seconds_bucket"))
                .isNotEmpty();
        assertThat(simple.find("cenote.pool.wait_time").functionTimer()).isNotNull();
        assertThat(simple.get("cenote.pool.max").gauge().value()).isEqualTo(3);
    }

    @Test
    void aCompositeWithoutPrometheusPassesThemToWhatIsAddedLater() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        PoolMetrics.of(pool).bindTo(composite);
        composite.add(simple);
        assertThat(simple.get("cenote.pool.max").gauge().value()).isEqualTo(3);
    }

    @Test
    void aPoolThatNobodyCanReachIsNotKeptByItsMeters() {
        WeakReference<Pool<Object>> forgotten = openAndForget();
        while (forgotten.get() != null && !Thread.currentThread().isInterrupted()) {
            System.gc();
        }
        assertThat(forgotten.get()).isNull();
        Scrape scrape = new Scrape(prometheus);
        assertThat(scrape.all("cenote_pool_max")).allMatch(it -> Double.isNaN(it.value()));
        assertThat(scrape.all("cenote_pool_wait_time_seconds_count")).isEmpty();
    }

    private WeakReference<Pool<Object>> openAndForget() {
        Pool<Object> lost = Pool.builder(Object::new).name("lost").build();
        PoolMetrics.of(lost).bindTo(prometheus);
        return new WeakReference<>(lost);
    }

    /** Each series that the dashboard asks for is there, with the labels that it asks by. */
    @Test
    void theDashboardAsksForWhatThereIs() throws IOException {
        PoolMetrics.ofConnections(pool).bindTo(prometheus);
        Scrape scrape = new Scrape(prometheus);
        String dashboard = Files.readString(Path.of("src/main/resources/dev/cenote/micrometer/grafana-dashboard.json"));
        Matcher series = Pattern.compile("\\b((?:db_client_connection|cenote_pool)_\\w+)\\{([^}]*)}")
                .matcher(dashboard);
        int asked = 0;
        while (series.find()) {
            asked++;
            List<Scrape.Series> found = scrape.all(series.group(1));
            assertThat(found).as(series.group()).isNotEmpty();
            Matcher label = Pattern.compile("(\\w+)=(~?)\\\\\"([^\\\\]*)").matcher(series.group(2));
            while (label.find()) {
                String name = label.group(1);
                assertThat(found)
                        .as(series.group())
                        .anyMatch(it -> it.labels().containsKey(name)
                                && (!label.group(2).isEmpty() // a pattern, or a variable of the dashboard
                                        || label.group(3).startsWith("$")
                                        || it.labels().get(name).equals(label.group(3))));
            }
        }
        assertThat(asked).isGreaterThan(15);
        assertThat(com.google.gson.JsonParser.parseString(dashboard)
                        .getAsJsonObject()
                        .getAsJsonArray("panels"))
                .hasSizeGreaterThan(8);
        assertThat(Arrays.asList(dashboard.split("\"id\""))).hasSizeGreaterThan(8);
    }

    @Test
    void aKeyedPoolHasTheMetersOfAllKeysTogetherAndNoTagForAKey() throws Exception {
        try (KeyedPool<String, Object> keyed = KeyedPool.<String, Object>builder(key -> new Object())
                .name("tenants")
                .maxTotal(7)
                .settings((key, it) -> it.executor(Runnable::run))
                .build()) {
            Lease<Object> one = keyed.acquire("a");
            Lease<Object> other = keyed.acquire("b");
            keyed.acquire("c").close();
            PoolMetrics.of(keyed).bindTo(simple);
            Tags tags = Tags.of("cenote.pool.name", "tenants");
            assertThat(simple.get("cenote.pool.count")
                            .tags(tags.and("cenote.pool.state", "used"))
                            .gauge()
                            .value())
                    .isEqualTo(2);
            assertThat(simple.get("cenote.pool.max").tags(tags).gauge().value()).isEqualTo(7);
            assertThat(simple.get("cenote.pool.acquired")
                            .tags(tags)
                            .functionCounter()
                            .count())
                    .isEqualTo(3);
            assertThat(simple.getMeters())
                    .noneMatch(meter -> meter.getId().getTags().stream()
                            .anyMatch(tag -> tag.getValue().matches("[abc]")));
            PoolMetrics.of(keyed, "a").bindTo(simple);
            System.gc();
            assertThat(simple.get("cenote.pool.count")
                            .tags(Tags.of("cenote.pool.name", "tenants/a", "cenote.pool.state", "used"))
                            .gauge()
                            .value())
                    .as("nobody else has a view of the key")
                    .isEqualTo(1);
            one.close();
            other.close();
        }
    }
}
