package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Credentials.Credential;
import dev.cenote.gateway.Frame.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A load on a gateway whose backend does as the test says. */
class LoadTest {

    private static final Credential KNOWN = new Credentials(1, 10).of(0);

    private final Tally tally = new Tally();

    @Test
    void whatFallsDueWhileTheServerStandsStillIsDoneLateAndNotLeftOut() throws Exception {
        CountDownLatch stands = new CountDownLatch(1);
        Semaphore asked = new Semaphore(0);
        Backend backend = backend(request -> {
            asked.release();
            stands.await();
            return Frame.of(Kind.WELCOME, "");
        });
        try (Gateway gateway = new Gateway(0, backend, Threads.bounded(false, 2))) {
            Load load = load(gateway, 2, 1_000, 60_000);
            tally.begin();
            load.start();
            asked.acquire(2); // both clients are stuck
            awaitDue(100);
            assertThat(tally.times().getTotalCount()).isZero();
            assertThat(load.dueNanosOfUnfinished()).hasSizeGreaterThanOrEqualTo(100);

            stands.countDown();
            awaitDone(100);
            load.stop();
            tally.end();
            assertThat(tally.errors()).isEmpty();
            // The first to fall due waited while the 98 after it did, one each millisecond.
            assertThat(tally.times().getMaxValue()).isGreaterThanOrEqualTo(98_000_000);
        }
    }

    @Test
    void inAClosedLoopEachClientGoesOnAtOnce() throws Exception {
        Backend backend = backend(request -> Frame.of(Kind.WELCOME, ""));
        try (Gateway gateway = new Gateway(0, backend, Threads.bounded(false, 2))) {
            Load load = load(gateway, 3, 0, 60_000);
            tally.begin();
            load.start();
            awaitDone(300);
            load.stop();
            tally.end();

            assertThat(tally.errors()).isEmpty();
            assertThat(tally.due()).isZero();
            assertThat(tally.timeline().stream()
                            .mapToLong(Tally.Interval::logins)
                            .sum())
                    .isLessThanOrEqualTo(tally.times().getTotalCount());
        }
    }

    @Test
    void errorsAreToldByWhatTheClientSaw() throws Exception {
        Map<Long, Frame> answers = Map.of(
                0L, Frame.of(Kind.UNAVAILABLE, "x"),
                1L, Frame.of(Kind.DENIED, "x"),
                2L, Frame.of(Kind.MALFORMED, "x"));
        long[] count = {0};
        Backend backend = backend(request -> {
            synchronized (count) {
                return answers.getOrDefault(count[0]++, Frame.of(Kind.WELCOME, ""));
            }
        });
        try (Gateway gateway = new Gateway(0, backend, Threads.bounded(false, 1))) {
            Load load = load(gateway, 1, 0, 60_000);
            tally.begin();
            load.start();
            awaitDone(1);
            load.stop();
            tally.end();

            assertThat(tally.errors())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("HTTP 503", 1L, "denied", 1L, "HTTP 400", 1L));
        }
    }

    @Test
    void aLoginThatIsNotAnsweredIsGivenUpAndTheNextOneBegins() throws Exception {
        CountDownLatch stands = new CountDownLatch(1);
        Semaphore asked = new Semaphore(0);
        Backend backend = backend(request -> {
            asked.release();
            stands.await();
            return Frame.of(Kind.WELCOME, "");
        });
        try (Gateway gateway = new Gateway(0, backend, Threads.bounded(false, 8))) {
            Load load = load(gateway, 1, 0, 1);
            tally.begin();
            load.start();
            asked.acquire(2);
            load.stop();
            tally.end();

            assertThat(tally.errors()).containsOnlyKeys("no answer in time");
            stands.countDown();
        }
    }

    @Test
    void aGatewayThatIsNotThereIsAnError() throws Exception {
        Backend backend = backend(request -> Frame.of(Kind.WELCOME, ""));
        Gateway gateway = new Gateway(0, backend, Threads.bounded(false, 1));
        gateway.close();
        Load load = load(gateway, 1, 0, 60_000);
        tally.begin();
        load.start();
        while (tally.errors().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        load.stop();

        assertThat(tally.errors()).containsOnlyKeys("no connection");
    }

    @Test
    void aRequestThatWaitedTooLongForAWorkerIsToldSoAndAskedOfNobody() throws Exception {
        AtomicLong now = new AtomicLong();
        Semaphore asked = new Semaphore(0);
        CountDownLatch stands = new CountDownLatch(1);
        Backend backend = backend(request -> {
            asked.release();
            stands.await();
            return Frame.of(Kind.WELCOME, "");
        });
        ThreadPoolExecutor workers = (ThreadPoolExecutor) Threads.bounded(false, 1);
        try (Gateway gateway = new Gateway(0, backend, workers, now::get)) {
            Load load = load(gateway, 3, 0, 60_000);
            tally.begin();
            load.start();
            asked.acquire();
            while (workers.getQueue().size() < 2) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            now.set(2_000_000_001);
            stands.countDown();
            while (tally.errors().getOrDefault("HTTP 503", 0L) < 2) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            load.stop();
        }
        assertThat(tally.errors()).containsExactly(Map.entry("HTTP 503", 2L));
    }

    private Load load(Gateway gateway, int clients, double rate, long timeoutMillis) {
        return new Load(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()),
                clients,
                rate,
                timeoutMillis,
                () -> LoginAttempt.plain("me", KNOWN),
                tally);
    }

    private void awaitDue(long count) throws InterruptedException {
        while (tally.due() < count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void awaitDone(long count) throws InterruptedException {
        while (tally.times().getTotalCount() < count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Answers a request. */
    private interface Answers {
        Frame to(Frame request) throws InterruptedException;
    }

    private static Backend backend(Answers answers) {
        return new Backend() {
            @Override
            public Frame ask(Frame request) throws IOException, InterruptedException {
                return answers.to(request);
            }

            @Override
            public String stats() {
                return "";
            }

            @Override
            public void close() {}
        };
    }
}
