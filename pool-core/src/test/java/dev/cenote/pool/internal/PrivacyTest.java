package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is pooled stays its owner's: the pool neither tells what it is nor asks it anything. */
class PrivacyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** What must not be told: in what is pooled, in who makes it, and in what they throw. */
    private static final class Confidential implements Factory<Object> {
        static final String SECRET = "hunter2";

        boolean fails;

        void failIfItShould() {
            if (fails) {
                throw new IllegalStateException(this.toString());
            }
        }

        @Override
        public Object create() {
            failIfItShould();
            return new Object() {
                @Override
                public String toString() {
                    return SECRET;
                }
            };
        }

        @Override
        public void reset(Object object) {
            failIfItShould();
        }

        @Override
        public void abort(Object object) {
            failIfItShould();
        }

        @Override
        public void destroy(Object object) {
            failIfItShould();
        }

        @Override
        public String toString() {
            return "factory with " + SECRET;
        }
    }

    @Test
    @Tag("F52")
    void whatIsPooledAndWhoMakesItIsNamedInNoLogNoTextAndNoMessageOfThePools() {
        List<String> told = new ArrayList<>();
        told.addAll(RecordedLog.during(() -> {
            Confidential factory = new Confidential();
            FakeTicker ticker = new FakeTicker();
            DefaultPool<Object> pool = Opening.inPlace(
                    Pool.builder(factory)
                            .ticker(ticker)
                            .executor(Runnable::run)
                            .failFastAfter(Duration.ZERO)
                            .maxLeaseTime(SECOND)
                            .leakThreshold(SECOND.dividedBy(2))
                            .validator(object -> !factory.fails)
                            .maxSize(1)
                            .config(),
                    new TestPool.NoAlarm());
            Lease<Object> lease = pool.tryAcquire().orElseThrow();
            told.add(lease.toString());
            told.add(pool.toString());
            told.add(pool.config().toString());
            told.add(pool.stats().toString());
            told.add(catchThrowable(() -> pool.acquire(Duration.ZERO)).getMessage());
            factory.fails = true;
            lease.close(); // reset and destroy fail
            told.add(catchThrowable(pool::acquire).getMessage());
            told.add(pool.toString());
            factory.fails = false;
            ticker.advance(SECOND);
            Lease<Object> held = pool.tryAcquire().orElseThrow();
            factory.fails = true;
            for (int i = 0; i < 4; i++) {
                pool.housekeep();
                ticker.advance(SECOND); // it is reported, and revoked: abort and destroy fail
            }
            told.add(catchThrowable(held::get).getMessage());
            pool.shutdown(Duration.ZERO);
            told.add(catchThrowable(pool::acquire).getMessage());
        }));
        assertThat(told).hasSizeGreaterThan(10).noneMatch(text -> text.contains(Confidential.SECRET));
        assertThat(told).as("the log was recorded").anyMatch(text -> text.contains("could not be made"));
    }

    /** Counts what the pool must not call. */
    private static final class Touchy {
        static final AtomicInteger TOUCHES = new AtomicInteger();

        @Override
        public boolean equals(Object other) {
            TOUCHES.incrementAndGet();
            return true;
        }

        @Override
        public int hashCode() {
            TOUCHES.incrementAndGet();
            return 1;
        }

        @Override
        public String toString() {
            TOUCHES.incrementAndGet();
            return "touchy";
        }
    }

    @Test
    @Tag("F55")
    void whatIsPooledIsNeverAskedWhetherItEqualsAnother() {
        FakeTicker ticker = new FakeTicker();
        DefaultPool<Touchy> pool = Opening.inPlace(
                Pool.builder(Touchy::new)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .maxSize(4)
                        .minIdle(1)
                        .maxUses(5)
                        .leakThreshold(SECOND)
                        .maxLeaseTime(SECOND.multipliedBy(2))
                        .keepaliveTime(SECOND)
                        .validateOnCreate(true)
                        .validateOnRelease(true)
                        .validator(touchy -> true)
                        .detectStalls(true)
                        .config(),
                new TestPool.NoAlarm());
        for (int i = 0; i < 8; i++) {
            List<Lease<Touchy>> leases = new ArrayList<>();
            for (int j = 0; j < 4; j++) {
                leases.add(pool.acquireAsync().join());
            }
            leases.get(0).close();
            leases.get(1).invalidate(new IllegalStateException("made up"));
            leases.get(2).detach();
            for (int j = 0; j < 4; j++) {
                ticker.advance(SECOND);
                pool.housekeep();
            }
            assertThat(pool + " " + leases.get(0)).isNotEmpty();
            pool.invalidateAll();
            pool.replaceFactory(Touchy::new);
        }
        pool.drain();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
        assertThat(Touchy.TOUCHES).hasValue(0);
    }
}
