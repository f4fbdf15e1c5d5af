package dev.cenote.pool.jdbc.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What breaks a real server, or the way to it: callers see what they should, and all are served again. */
@Tag("full")
class OutageTest {

    private static final long OUTAGE_MILLIS = 800;

    /** Far beyond what the time-outs of acquire and network allow together, for a machine that is busy. */
    private static final long PATIENCE_MILLIS = 20_000;

    private static Scene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new Scene();
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource(Outage.class)
    void callersSeeWhatTheyShouldAndAreServedAgain(Outage outage) throws Exception {
        PooledDataSource source =
                (PooledDataSource) Sources.CENOTE.open(scene.url(), Sources.SIZE, Sources.IMPATIENT_MILLIS);
        try (source) {
            OutageRun run = OutageRun.of(outage, scene, source, 0, OUTAGE_MILLIS);
            assertThat(run.servedMillis()).as("%s", run).isNotNegative();
            assertThat(run.failures().isEmpty()).as("%s", run).isEqualTo(outage == Outage.DELAYED);
            assertThat(run.longestMillis()).as("%s", run).isLessThan(PATIENCE_MILLIS);
            assertThat(run.failures())
                    .allSatisfy(e -> assertThat(isExpected(outage, e))
                            .as("%s %s", e, e.getSQLState())
                            .isTrue());
            try (Connection connection = source.getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
            }
            PoolStats stats = source.pool().stats();
            assertThat(stats.total()).isLessThanOrEqualTo(Sources.SIZE);
            assertThat(stats.waiters()).isZero();
        }
        assertThat(source.pool().stats().total()).isZero();
    }

    @Test
    void anOutageThatIsShorterThanTheBreakersTimeCostsNobodyButThoseWhoUsedASession() throws Exception {
        int size = Recovery.SIZE;
        try (PooledDataSource source =
                (PooledDataSource) Sources.CENOTE.open(Server.url(scene.server.port()), size, Sources.PATIENT_MILLIS)) {
            Recovery recovery = Recovery.of(scene.server, source, 2_000);
            assertThat(recovery.withoutConnection()).as("%s", recovery).isEmpty();
            assertThat(recovery.whileHeld()).as("%s", recovery).isLessThanOrEqualTo(size);
            assertThat(recovery.firstMillis()).as("%s", recovery).isBetween(0L, PATIENCE_MILLIS);
        }
    }

    /** A dead connection while it was used, or none to be had; and what the outage says itself. */
    private static boolean isExpected(Outage outage, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        Set<String> own = switch (outage) {
            case READ_ONLY -> Set.of("25006");
            case FULL -> Set.of("53300");
            default -> Set.of();
        };
        return e instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P")
                || own.contains(state);
    }
}
