package dev.cenote.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CenoteGenericObjectPoolTest {

    private final CenoteGenericObjectPool<String> pool =
            new CenoteGenericObjectPool<>(new Numbered(), new GenericObjectPoolConfig<>());

    @AfterEach
    void close() {
        pool.close();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsSetBeforeTheFirstBorrowHolds() throws Exception {
        pool.setMaxTotal(3);
        pool.setLifo(false);
        pool.setTestOnBorrow(true);
        pool.setTestOnReturn(true);
        pool.setTestWhileIdle(true);
        pool.setDurationBetweenEvictionRuns(Duration.ofMinutes(1));
        pool.setMinEvictableIdleDuration(Duration.ofMinutes(9));
        pool.setSoftMinEvictableIdleDuration(Duration.ofMinutes(7));
        pool.borrowObject();
        PoolConfig<?> config = pool.pool().config();
        assertThat(config.limits().maxSize()).isEqualTo(3);
        assertThat(config.idleOrder()).isEqualTo(IdleOrder.FIFO);
        assertThat(config.validateIfIdleFor()).isZero();
        assertThat(config.validateOnCreate()).isTrue();
        assertThat(config.validateOnRelease()).isTrue();
        assertThat(config.keepaliveTime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofMinutes(7));
        assertThat(config.maxLifetime()).isZero();
    }

    @Test
    void theLimitsCanChangeLater() throws Exception {
        pool.setMaxTotal(1);
        pool.setMaxWait(Duration.ZERO);
        pool.borrowObject();
        assertThatThrownBy(pool::borrowObject).isInstanceOf(NoSuchElementException.class);
        pool.setMaxTotal(2);
        pool.setMaxWait(Duration.ofSeconds(10));
        pool.borrowObject();
        pool.setBlockWhenExhausted(false);
        assertThatThrownBy(pool::borrowObject)
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("leased 2");
        pool.setMaxTotal(-1);
        pool.borrowObject();
        assertThat(pool.getNumActive()).isEqualTo(3);
        pool.setMinIdle(2);
        await(() -> pool.getNumIdle() >= 2);
        assertThat(pool.getMinIdle()).isEqualTo(2);
    }

    @Test
    void noObjectMayExistIsAnErrorThatNamesTheSetting() {
        pool.setMaxTotal(0);
        assertThatThrownBy(pool::borrowObject)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxTotal must be 1 or more");
    }

    /** As commons-pool2 has it, a negative maxIdle is no limit; its getMinIdle is negative then, too. */
    @Test
    void aNegativeMaxIdleIsNoLimit() throws Exception {
        pool.setMaxIdle(-1);
        pool.returnObject(pool.borrowObject());
        assertThat(pool.getNumIdle()).isEqualTo(1);
    }

    @Test
    void aLimitOutOfRangeKeepsNobodyFromGivingBack() throws Exception {
        pool.setMaxTotal(3);
        String first = pool.borrowObject();
        String second = pool.borrowObject();
        pool.setMaxTotal(0);
        pool.use(first);
        pool.returnObject(first);
        pool.invalidateObject(second);
        assertThatThrownBy(pool::borrowObject).isInstanceOf(IllegalArgumentException.class);
        pool.setMaxTotal(3);
        assertThat(pool.getNumActive()).isZero();
        assertThat(pool.borrowObject()).isSameAs(first);
    }

    @Test
    void aLogWriterThatThrowsCostsNoPlace() throws Exception {
        AbandonedConfig abandoned = new AbandonedConfig();
        abandoned.setRemoveAbandonedOnMaintenance(true);
        abandoned.setRemoveAbandonedTimeout(Duration.ZERO);
        abandoned.setLogAbandoned(true);
        abandoned.setLogWriter(new PrintWriter(new StringWriter()) {
            @Override
            public void println(Object line) {
                throw new IllegalStateException("the disk is full");
            }
        });
        pool.setAbandonedConfig(abandoned);
        pool.borrowObject();
        assertThatThrownBy(pool::evict).hasMessage("the disk is full");
        assertThat(pool.getNumActive()).isZero();
    }

    @Test
    void noFactoryIsAnErrorAsOfTheSuperclass() {
        assertThatThrownBy(() -> new CenoteGenericObjectPool<>(null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void abandonedObjectsAreTakenBackByTheTimerWhichMakesNoneItself() throws Exception {
        List<Exception> swallowed = new CopyOnWriteArrayList<>();
        pool.setSwallowedExceptionListener(swallowed::add);
        StringWriter log = new StringWriter();
        AbandonedConfig abandoned = new AbandonedConfig();
        abandoned.setRemoveAbandonedOnMaintenance(true);
        abandoned.setRemoveAbandonedTimeout(Duration.ZERO);
        abandoned.setLogAbandoned(true);
        abandoned.setLogWriter(new PrintWriter(log, true));
        pool.setAbandonedConfig(abandoned);
        pool.setMinIdle(2);
        pool.setDurationBetweenEvictionRuns(Duration.ofMillis(5));
        String first = pool.borrowObject();
        await(() -> pool.getNumActive() == 0);
        pool.borrowObject(); // it is taken back by a later run than the first: that one has ended
        await(() -> pool.getNumActive() == 0);
        pool.returnObject(first); // too late, and no error
        assertThat(log.toString()).contains("abandonedObjectsAreTakenBackByTheTimerWhichMakesNoneItself");
        assertThat(pool.getCreatedCount()).as("made by the superclass").isZero();
        assertThat(swallowed).isEmpty();
    }

    @Test
    void aSecondReturnIsNoticedThoughObjectsMayBeAbandoned() throws Exception {
        pool.setAbandonedConfig(new AbandonedConfig());
        String object = pool.borrowObject();
        pool.returnObject(object);
        assertThatThrownBy(() -> pool.returnObject(object))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not borrowed");
        assertThatThrownBy(() -> pool.invalidateObject(object)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.borrowObject()).isSameAs(object);
    }

    @Test
    void whatMayBeAbandonedCanBeReturnedAfterItWasInvalidated() throws Exception {
        pool.setAbandonedConfig(new AbandonedConfig());
        String object = pool.borrowObject();
        pool.invalidateObject(object);
        pool.returnObject(object); // as in GenericObjectPool: its holder need not know who gave it up
        pool.invalidateObject(object);
        assertThat(pool.getNumActive()).isZero();
    }

    @Test
    void theTimerLeavesMinIdleAsItIs() throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        try (var timed = new CenoteGenericObjectPool<>(new Numbered()) {
            @Override
            public void evict() {
                super.evict();
                runs.countDown();
            }
        }) {
            timed.setMinIdle(2);
            Pool<?> behind = timed.pool();
            timed.setDurationBetweenEvictionRuns(Duration.ofMillis(5));
            runs.await();
            assertThat(behind.stats().minIdle()).isEqualTo(2);
        }
    }

    @Test
    void anEvictionByHandTestsEachIdleObject() throws Exception {
        pool.setMaxTotal(3);
        pool.addObjects(3);
        pool.evict();
        assertThat(pool.getNumIdle()).isEqualTo(3);
        pool.setMinEvictableIdleDuration(Duration.ofNanos(1));
        pool.evict();
        assertThat(pool.getNumIdle()).isZero();
    }

    @Test
    void anEvictionPolicyThatThrowsKeepsNoObject() throws Exception {
        pool.setMaxTotal(3);
        pool.addObjects(3);
        pool.setEvictionPolicy((config, object, idle) -> {
            throw new IllegalStateException("policy");
        });
        assertThatThrownBy(pool::evict).hasMessage("policy");
        assertThat(pool.getNumIdle()).isEqualTo(3);
    }

    @Test
    void theSuperclassClosesWithThePool() throws Exception {
        String object = pool.borrowObject();
        pool.close();
        assertThat(pool.isClosed()).isTrue();
        assertThatThrownBy(pool::borrowObject).isInstanceOf(IllegalStateException.class);
        pool.returnObject(object);
        await(() -> pool.pool().stats().total() == 0);
    }

    @Test
    void aPoolThatWasNeverUsedCloses() {
        pool.close();
        assertThatThrownBy(pool::borrowObject)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not open");
    }

    @Test
    void whatIsBorrowedIsListed() throws Exception {
        pool.borrowObject();
        assertThat(pool.listAllObjects()).hasSize(1);
    }
}
