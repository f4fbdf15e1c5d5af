package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Budget;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;

/** A pool among the MBeans of the platform. */
class ManagedPoolTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final String name = "managed-" + UUID.randomUUID();

    private Pool<Object> open(boolean jmx) {
        return Pool.builder(Object::new)
                .name(name)
                .maxSize(3)
                .jmx(jmx)
                .executor(Runnable::run)
                .build();
    }

    private static ObjectName name(String text) throws Exception {
        return new ObjectName("dev.cenote.pool:type=Pool," + text);
    }

    private PoolMXBean bean() throws Exception {
        return JMX.newMXBeanProxy(SERVER, name("name=" + name), PoolMXBean.class);
    }

    @Test
    void aPoolIsNoMBeanUnlessAskedTo() throws Exception {
        try (Pool<Object> pool = open(false)) {
            assertThat(SERVER.queryNames(name("name=" + pool.config().name() + ",*"), null))
                    .isEmpty();
        }
    }

    @Test
    void theAttributesAreWhatTheStatisticsAndTheSlotTableSay() throws Exception {
        try (Pool<Object> pool = open(true);
                Lease<Object> held = pool.acquire()) {
            pool.acquire().close();
            PoolMXBean bean = bean();
            assertThat(bean.getName()).isEqualTo(name);
            assertThat(bean.isClosed()).isFalse();
            assertThat(List.of(bean.getMaxSize(), bean.getTotal(), bean.getLeased(), bean.getIdle()))
                    .containsExactly(3, 2, 1, 1);
            assertThat(List.of(bean.getCreated(), bean.getAcquired(), bean.getReleased()))
                    .containsExactly(2L, 2L, 1L);
            assertThat(bean.getHealth()).isEqualTo("HEALTHY");
            assertThat(bean.getHealthReasons()).isEmpty();
            assertThat(List.of(bean.isSuspended(), bean.isFailingFast())).containsExactly(false, false);
            assertThat(bean.getSettings()).containsEntry("maxSize", "3").containsEntry("jmx", "true");
            CompositeData[] rows = (CompositeData[]) SERVER.getAttribute(name("name=" + name), "Slots");
            assertThat(rows).hasSize(2);
            assertThat(rows[0].get("state")).isEqualTo("LEASED");
            assertThat(rows[0].get("holder")).isEqualTo(Thread.currentThread().getName());
            assertThat(rows[0].get("holderThreadId"))
                    .isEqualTo(Thread.currentThread().getId());
            assertThat(rows[0].get("uses")).isEqualTo(1L);
            assertThat(rows[1].get("state")).isEqualTo("IDLE");
            held.invalidate();
            assertThat(bean.getDestroyedBy()).containsEntry("INVALIDATED", 1L);
        }
    }

    /** Each has to be readable, and none may be of a type that a client without this library can't read. */
    @Test
    void everyAttributeCanBeReadByAClientWithoutTheLibrary() throws Exception {
        try (Pool<Object> pool = open(true)) {
            ObjectName named = name("name=" + pool.config().name());
            MBeanAttributeInfo[] attributes = SERVER.getMBeanInfo(named).getAttributes();
            assertThat(attributes).hasSizeGreaterThan(30);
            for (MBeanAttributeInfo attribute : attributes) {
                Object value = SERVER.getAttribute(named, attribute.getName());
                assertThat(value).as(attribute.getName()).isNotNull();
                assertThat((value.getClass().isArray() ? value.getClass().getComponentType() : value.getClass())
                                .getName())
                        .as(attribute.getName())
                        .startsWith("java");
            }
        }
    }

    @Test
    void theOperationsAreThoseOfThePool() throws Exception {
        try (Pool<Object> pool = open(true)) {
            PoolMXBean bean = bean();
            bean.warmUp(2);
            assertThat(pool.stats().idle()).isEqualTo(2);
            bean.resize(5, 1, 7);
            assertThat(pool.config().limits()).isEqualTo(new PoolLimits(5, 1, 7));
            bean.suspend();
            assertThat(pool.tryAcquire()).isEmpty();
            bean.resume();
            pool.tryAcquire().orElseThrow().close();
            bean.resize(5, 0, 7);
            bean.invalidateAll();
            assertThat(pool.stats().total()).isZero();
            bean.warmUp(1);
            bean.invalidateAll(60_000);
            assertThat(pool.stats().total()).as("goes within a minute").isEqualTo(1);
            bean.invalidateAll(1);
            Await.until(() -> pool.stats().total() == 0);
            bean.drain();
            assertThat(pool.stats().total()).isZero();
            bean.resume();
            assertThatThrownBy(() -> bean.resize(0, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maxSize");
        }
    }

    @Test
    void timesAreInMilliseconds() throws Exception {
        FakeTicker ticker = new FakeTicker();
        try (Pool<Object> pool = Pool.builder(Object::new)
                .name(name)
                .maxSize(1)
                .jmx(true)
                .ticker(ticker)
                .executor(Runnable::run)
                .build()) {
            Lease<Object> held = pool.acquire();
            CompletableFuture<Lease<Object>> waiter = pool.acquireAsync(Duration.ofMinutes(1));
            ticker.advance(Duration.ofMillis(700));
            assertThat(bean().getOldestWait()).isEqualTo(700);
            held.close();
            waiter.join().close();
            assertThat(bean().getRecentWaitMax()).isEqualTo(700);
        }
    }

    @Test
    void aWarmUpThatFailsIsLogged() throws Exception {
        try (Pool<Object> pool = Pool.builder(() -> {
                    throw new IllegalStateException("no server");
                })
                .name(name)
                .jmx(true)
                .executor(Runnable::run)
                .build()) {
            PoolMXBean bean = bean();
            assertThat(RecordedLog.during(() -> bean.warmUp(1)))
                    .as(pool.toString())
                    .anyMatch(line -> line.contains("the warmUp that was asked for over JMX failed"));
        }
    }

    @Test
    void aPoolIsAnMBeanUntilItsLastObjectIsGone() throws Exception {
        Pool<Object> pool = open(true);
        Lease<Object> held = pool.acquire();
        pool.shutdown(Duration.ofHours(1));
        assertThat(bean().isClosed()).isTrue();
        assertThat(bean().getLeased()).isEqualTo(1);
        held.close();
        assertThat(SERVER.isRegistered(name("name=" + name))).isFalse();
    }

    @Test
    void twoPoolsOfOneNameAreTwoMBeans() throws Exception {
        try (Pool<Object> second = openSecond()) {
            assertThat(SERVER.queryNames(name("name=" + name + ",*"), null))
                    .as("the first is closed")
                    .containsExactly(name("name=" + name + ",instance=2"));
            try (Pool<Object> third = open(true)) {
                assertThat(second.config().name()).isEqualTo(third.config().name());
                assertThat(SERVER.queryNames(name("name=" + name + ",*"), null))
                        .isEqualTo(Set.of(name("name=" + name), name("name=" + name + ",instance=2")));
            }
        }
    }

    private Pool<Object> openSecond() {
        try (Pool<Object> first = open(true)) {
            assertThat(first.isClosed()).isFalse();
            return open(true);
        }
    }

    @Test
    void aNameThatJmxCanNotHaveAsItIsIsQuoted() throws Exception {
        String odd = name + ":a=b,c*\"?";
        try (Pool<Object> pool = Pool.builder(Object::new).name(odd).jmx(true).build()) {
            assertThat(SERVER.isRegistered(name("name=" + ObjectName.quote(odd))))
                    .as(pool.toString())
                    .isTrue();
        }
    }

    @Test
    void aPoolThatNobodyCanReachIsNotKeptByItsMBean() throws Exception {
        openAndForget();
        ObjectName named = name("name=" + name);
        Await.until(() -> {
            System.gc();
            Pool.builder(Object::new).name("other").build().close(); // wakes the housekeepers' thread
            return !SERVER.isRegistered(named);
        });
    }

    private void openAndForget() throws Exception {
        open(true).acquire().close();
        assertThat(bean().getCreated()).isEqualTo(1);
    }

    /** What must not be told, by a factory, by what it makes, and by its failures. */
    private record Confidential(String secret, boolean[] fails) implements Factory<Confidential> {
        @Override
        public Confidential create() {
            if (fails[0]) {
                throw new IllegalStateException("can't log in with " + secret);
            }
            return this;
        }
    }

    @Test
    void noAttributeTellsWhatIsPooledOrHowItIsMade() throws Exception {
        boolean[] fails = {false};
        try (Pool<Confidential> pool = Pool.builder(new Confidential("hunter2", fails))
                        .name(name)
                        .jmx(true)
                        .failFastAfter(Duration.ZERO)
                        .executor(Runnable::run)
                        .build();
                Lease<Confidential> held = pool.acquire()) {
            fails[0] = true;
            bean().warmUp(2);
            assertThat(pool.stats().creationFailures()).isPositive();
            StringBuilder all = new StringBuilder(held.get().secret().substring(7));
            for (MBeanAttributeInfo attribute :
                    SERVER.getMBeanInfo(name("name=" + name)).getAttributes()) {
                Object value = SERVER.getAttribute(name("name=" + name), attribute.getName());
                all.append(value instanceof Object[] array ? List.of(array) : value);
            }
            assertThat(all.toString()).contains("LEASED").doesNotContain("hunter2");
        }
    }

    /** In a runtime that has java.base alone. */
    static final class WithoutJmx {
        public static void main(String[] args) throws Exception {
            try (Pool<Object> pool = Pool.builder(Object::new).build();
                    Lease<Object> lease = pool.acquire()) {
                System.out.println("leased " + pool.stats().leased() + " " + (lease.get() != null));
            }
            Budget budget = Budget.of(1);
            try {
                Pool.builder(Object::new).jmx(true).budget(budget).reserved(1).build();
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            Pool.builder(Object::new)
                    .budget(budget)
                    .reserved(1)
                    .build()
                    .close(); // nothing is reserved for the other one
        }
    }

    @Test
    void aRuntimeWithoutJmxRunsPoolsAndTellsThatItHasNone() throws Exception {
        Process process = new ProcessBuilder(Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "--limit-modules",
                                "java.base",
                                "-Dslf4j.provider=dev.cenote.pool.internal.RecordedLog",
                                "-cp",
                                System.getProperty("java.class.path"),
                                WithoutJmx.class.getName())
                        .toList())
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        assertThat(told).contains("leased 1 true", "jmx(true) needs the module java.management");
    }
}
