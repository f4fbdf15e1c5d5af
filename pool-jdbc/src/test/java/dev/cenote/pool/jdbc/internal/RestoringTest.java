package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.RecordedLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drivers that ignore or refuse what they are told, each in its way, for each part of a connection's state: whatever they do,
 * nobody finds what the holder before has left.
 */
class RestoringTest {

    private static final int ROUNDS = 4;

    /** What a driver does when a part of the state is to be changed or set back. */
    enum Manner {
        OBEYS,
        IGNORES_ALL,
        IGNORES_WHAT_WAS,
        REFUSES_ALL,
        REFUSES_ALL_AS_NOT_SUPPORTED,
        REFUSES_WHAT_WAS,
        REFUSES_WHAT_WAS_AS_NOT_SUPPORTED
    }

    record Case(Trait trait, Manner manner, boolean isSet, boolean autoCommit) {}

    static Stream<Case> cases() {
        return Arrays.stream(Trait.values())
                .flatMap(trait -> Arrays.stream(Manner.values())
                        .flatMap(manner -> Stream.of(true, false)
                                .flatMap(isSet -> Stream.of(true, false)
                                        .map(autoCommit -> new Case(trait, manner, isSet, autoCommit)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void nobodyFindsWhatTheHolderBeforeHasLeft(Case tested) {
        List<String> log = RecordedLog.during(() -> {
            try (Lending lending = new Lending(
                    settings -> settings.autoCommit(tested.autoCommit()).pool(pool -> pool.maxSize(1)))) {
                run(tested, lending);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        long warnings = log.stream()
                .filter(line -> line.contains("can't be set back"))
                .peek(line -> assertThat(line).contains(tested.trait().name()))
                .count();
        assertThat(warnings).as("one a pool, %s", log).isEqualTo(isLost(tested) ? 1 : 0);
    }

    /** NONE, too, on a driver that takes it. */
    @ParameterizedTest
    @CsvSource({"none, 0", "0, 0", "cursor-stability, 3", "snapshot, 4096", "4096, 4096"})
    void aVendorsIsolationIsLentAndSetBack(String text, int level) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("transactionIsolation", text);
        try (Lending lending =
                new Lending(settings -> settings.properties(properties).pool(pool -> pool.maxSize(1)))) {
            for (int i = 0; i < ROUNDS; i++) {
                try (Connection connection = lending.connection()) {
                    assertThat(connection.getTransactionIsolation()).isEqualTo(level);
                    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                }
            }
            assertThat(lending.driver.connections).hasSize(1);
        }
    }

    private static boolean isLost(Case tested) {
        return switch (tested.manner()) {
            case OBEYS, IGNORES_ALL, REFUSES_ALL_AS_NOT_SUPPORTED -> false;
            default -> true; // what is refused may have happened all the same
        };
    }

    private static void run(Case tested, Lending lending) throws SQLException {
        Trait trait = tested.trait();
        boolean mustPrepare = tested.isSet();
        lending.driver.preparing = stub -> prepare(stub, trait, mustPrepare, tested.autoCommit());
        List<Stub> sessions = new ArrayList<>();
        Object was = null;
        for (int round = 0; round < ROUNDS; round++) {
            try (Connection connection = lending.connection()) {
                Stub session = lending.driver.connection();
                Object found = trait.read(connection);
                if (round == 0) {
                    was = found;
                }
                assertThat(trait.isSame(found, was))
                        .as("found %s, and not %s, in round %s", found, was, round)
                        .isTrue();
                misbehave(session, tested, was);
                change(trait, connection);
                sessions.add(session);
            }
        }
        int made = (int) sessions.stream().distinct().count();
        assertThat(made).as("sessions").isEqualTo(isLost(tested) ? ROUNDS : 1);
    }

    /** What SQL has changed before the first change by a method is not what the driver should be back at. */
    @Test
    void aSettingThatSqlHasChangedBeforeIsSetBackToWhatWasLent() {
        List<String> log = RecordedLog.during(() -> {
            try (Lending lending =
                    new Lending(settings -> settings.schema("lent").pool(pool -> pool.maxSize(1)))) {
                for (int round = 0; round < ROUNDS; round++) {
                    try (Connection connection = lending.connection()) {
                        assertThat(connection.getSchema()).isEqualTo("lent");
                        lending.driver.connection().as(Connection.class).setSchema("by SQL");
                        connection.setSchema("tenant");
                    }
                }
                assertThat(lending.driver.connections).hasSize(1);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(log).noneMatch(line -> line.contains("can't be set back"));
    }

    @Test
    void aSettingThatConnectionInitSqlRefinesIsLentAsThatLeavesIt() {
        List<String> log = RecordedLog.during(() -> {
            try (Lending lending = new Lending(settings -> settings.schema("app")
                    .connectionInitSql("set search_path to app, ext")
                    .pool(pool -> pool.maxSize(1)))) {
                lending.driver.preparing = stub -> stub.before = name -> {
                    if (name.equals("createStatement")) {
                        setSchema(stub, "app, ext");
                    }
                };
                for (int round = 0; round < ROUNDS; round++) {
                    try (Connection connection = lending.connection()) {
                        assertThat(connection.getSchema()).isEqualTo("app, ext");
                        connection.setSchema("tenant");
                    }
                }
                assertThat(lending.driver.connections).hasSize(1);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(log).noneMatch(line -> line.contains("can't be set back"));
    }

    private static void setSchema(Stub stub, String schema) {
        try {
            stub.as(Connection.class).setSchema(schema);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Drivers begin with no catalog, no schema and so on, or with some. */
    private static void prepare(Stub stub, Trait trait, boolean isSet, boolean autoCommit) {
        if (!isSet) {
            return;
        }
        try {
            Connection connection = stub.as(Connection.class);
            switch (trait) {
                case CATALOG, SCHEMA -> trait.write(connection, "first");
                case NETWORK_TIMEOUT -> trait.write(connection, 1_000);
                case HOLDABILITY -> trait.write(connection, 1);
                case TYPE_MAP -> trait.write(connection, Map.of("first", String.class));
                case CLIENT_INFO -> trait.write(connection, properties("first", "value"));
                default -> {} // each has a value always
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void change(Trait trait, Connection connection) {
        try {
            switch (trait) {
                case AUTO_COMMIT -> connection.setAutoCommit(!connection.getAutoCommit());
                case READ_ONLY -> connection.setReadOnly(!connection.isReadOnly());
                case ISOLATION -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                case CATALOG -> connection.setCatalog("tenant");
                case SCHEMA -> connection.setSchema("tenant");
                case NETWORK_TIMEOUT -> connection.setNetworkTimeout(Runnable::run, 77);
                case HOLDABILITY -> connection.setHoldability(2);
                case TYPE_MAP -> connection.setTypeMap(Map.of("tenant", Integer.class));
                case CLIENT_INFO -> connection.setClientInfo("tenant", "value");
            }
        } catch (SQLException e) {
            assertThat(e.getMessage()).contains("refused");
        }
    }

    private static void misbehave(Stub session, Case tested, Object was) {
        BiPredicate<String, Object> ofTrait = (setter, value) -> setter.equals(setter(tested.trait()));
        BiPredicate<String, Object> setsBack = ofTrait.and((setter, value) -> isWhatWas(tested.trait(), value, was));
        switch (tested.manner()) {
            case OBEYS -> {}
            case IGNORES_ALL -> session.ignoring = ofTrait;
            case IGNORES_WHAT_WAS -> session.ignoring = setsBack;
            case REFUSES_ALL, REFUSES_ALL_AS_NOT_SUPPORTED -> session.refusing = ofTrait;
            case REFUSES_WHAT_WAS, REFUSES_WHAT_WAS_AS_NOT_SUPPORTED -> session.refusing = setsBack;
        }
        if (tested.manner().name().endsWith("NOT_SUPPORTED")) {
            session.refusal = new SQLFeatureNotSupportedException("refused", "0A000");
        }
    }

    private static String setter(Trait trait) {
        return switch (trait) {
            case AUTO_COMMIT -> "setAutoCommit";
            case READ_ONLY -> "setReadOnly";
            case ISOLATION -> "setTransactionIsolation";
            case CATALOG -> "setCatalog";
            case SCHEMA -> "setSchema";
            case NETWORK_TIMEOUT -> "setNetworkTimeout";
            case HOLDABILITY -> "setHoldability";
            case TYPE_MAP -> "setTypeMap";
            case CLIENT_INFO -> "setClientInfo";
        };
    }

    /** Of the client's info a name is set back by null. */
    private static boolean isWhatWas(Trait trait, Object value, Object was) {
        return trait == Trait.CLIENT_INFO
                ? value == null || value.equals(was)
                : Objects.equals(value, was) || (trait == Trait.TYPE_MAP && trait.isSame(value, was));
    }

    private static Properties properties(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }
}
