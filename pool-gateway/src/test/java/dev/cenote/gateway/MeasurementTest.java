package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Credentials.Credential;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of a gateway in this process, whose backend stands still. */
class MeasurementTest {

    private static final Credential KNOWN = new Credentials(1, 10).of(0);

    private final StandingBackend backend = new StandingBackend();
    private Load load;

    @Test
    void loginsThatAreDoneBetweenTheEndAndTheLookAtTheCpuCountAsUnfinished() throws Exception {
        try (Gateway gateway = new Gateway(0, backend, Threads.bounded(false, 2), () -> 0)) {
            Measurement measurement = new Measurement(2, 200, 0, 1, 60_000, () -> LoginAttempt.plain("me", KNOWN));
            Setup setup = new Setup(0, 0, "", "", 10, 1, 1, 2, false);

            Result result = measurement.run("pool", measured(gateway), setup, (tally, running) -> {
                load = running;
                while (tally.due() < 40) {
                    Thread.onSpinWait();
                }
            });

            assertThat(result.logins()).isZero();
            assertThat(result.unfinished()).isGreaterThanOrEqualTo(result.due());
        }
    }

    /** While the processor time after the end is looked up, all logins that have fallen due are done. */
    private Measurement.Measured measured(Gateway gateway) {
        return new Measurement.Measured() {
            @Override
            public InetSocketAddress address() {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
            }

            @Override
            public Map<String, Long> cpuNanos() {
                if (load != null) {
                    backend.stands.countDown();
                    while (load.dueNanosOfUnfinished().length > 20) {
                        Thread.onSpinWait();
                    }
                }
                return Map.of("load", 0L);
            }

            @Override
            public List<String> stats() {
                return List.of();
            }
        };
    }
}
