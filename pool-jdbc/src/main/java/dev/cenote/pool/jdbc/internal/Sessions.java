package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.jdbc.Credentials;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, validates and ends sessions. */
final class Sessions implements Factory<Session> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");

    private final ConnectionSettings settings;
    private final Faults faults;
    private final DriverHabits habits = new DriverHabits();
    private volatile Duration validationTimeout = Duration.ofSeconds(1);
    private volatile boolean validatesOnRelease;
    private volatile boolean isProven; // that a connection can be found valid

    Sessions(ConnectionSettings settings) {
        this.settings = settings;
        faults = new Faults(settings.fatalSqlStates(), settings.areTimeoutsFatal(), settings.faultOverride());
    }

    /** To be called before the first one is made. */
    void belongTo(PoolConfig<?> pool) {
        habits.areOf(pool.name());
        validationTimeout = pool.validationTimeout();
        validatesOnRelease = pool.validateOnRelease();
    }

    // --- making

    @Override
    public Session create() throws Exception {
        Credentials credentials = settings.credentials();
        try {
            Connection physical = connect(credentials);
            try {
                Session session = prepared(physical);
                if (!isProven) {
                    prove(session);
                }
                return session;
            } catch (Throwable e) {
                try {
                    physical.close();
                } catch (SQLException | RuntimeException closing) {
                    e.addSuppressed(closing);
                }
                throw e;
            }
        } catch (SQLException | RuntimeException e) {
            List<String> secrets = new ArrayList<>(Redaction.secretsOf(settings.url()));
            secrets.addAll(Redaction.secretsOf(settings.properties()));
            if (credentials.password() != null) {
                secrets.add(credentials.password());
            }
            throw Redaction.of(e, secrets, names(credentials));
        }
    }

    /** Of users, hosts and databases, as far as the settings have them. */
    private Set<String> names(Credentials credentials) {
        Set<String> names = new HashSet<>(Redaction.namesOf(settings.url()));
        names.addAll(Redaction.namesOf(settings.properties()));
        names.add(String.valueOf(credentials.user()));
        names.add(String.valueOf(settings.catalog()));
        names.add(String.valueOf(settings.schema()));
        return names;
    }

    /** Not what the server does not accept: see {@link Authorization}. */
    @Override
    public boolean isWorthRetrying(Throwable failure) {
        return !Authorization.isDenied(failure);
    }

    private Connection connect(Credentials credentials) throws SQLException {
        DataSource source = settings.dataSource();
        Connection made;
        if (source == null) {
            made = connect(credentials, String.valueOf(settings.url()));
        } else if (credentials.user() == null) {
            if (credentials.password() != null) {
                throw new SQLException("a password for a data source needs a user, but there was none", "28000");
            }
            made = source.getConnection();
        } else {
            made = source.getConnection(credentials.user(), credentials.password());
        }
        if (made == null) {
            throw new SQLException(
                    "no connection to " + settings + ": its driver or data source returned none", "08001");
        }
        return made;
    }

    private @Nullable Connection connect(Credentials credentials, String url) throws SQLException {
        Driver driver = settings.driver();
        if (driver == null) {
            driver = DriverManager.getDriver(url);
        }
        Properties properties = new Properties();
        properties.putAll(settings.properties());
        if (credentials.user() != null) {
            properties.setProperty("user", credentials.user());
        }
        if (credentials.password() != null) {
            properties.setProperty("password", credentials.password());
        }
        return driver.connect(url, properties);
    }

    /**
     * The first is validated before it is lent: what can never succeed would destroy each one that has lain idle, and nobody would
     * know why. So is the next one, after one that nobody had yet was not valid.
     */
    private void prove(Session session) throws SQLException {
        boolean isValid;
        try {
            isValid = isValid(session);
        } catch (SQLException e) {
            throw new SQLException(unproven() + e.getMessage(), e.getSQLState(), e.getErrorCode(), e);
        } catch (RuntimeException | LinkageError e) {
            throw new SQLException(unproven() + e, e);
        }
        if (!isValid) {
            throw new SQLException(unproven() + "the driver says that it is not", "08001");
        }
        isProven = true;
    }

    private String unproven() {
        return "a new connection is not found valid by " + (settings.testQuery() == null ? "isValid" : "testQuery")
                + ": ";
    }

    /** The settings are made while each statement commits itself, whatever is lent later. */
    private Session prepared(Connection physical) throws SQLException {
        Session session = new Session(physical, faults, habits, settings.onReturn(), marksRequests(physical));
        apply("autoCommit", () -> {
            if (!physical.getAutoCommit()) {
                physical.setAutoCommit(true);
            }
        });
        lend(session, "networkTimeout", Trait.NETWORK_TIMEOUT, millis(settings.networkTimeout()));
        lend(session, "catalog", Trait.CATALOG, settings.catalog());
        lend(session, "schema", Trait.SCHEMA, settings.schema());
        lend(session, "transactionIsolation", Trait.ISOLATION, settings.isolation());
        String initSql = settings.initSql();
        if (initSql != null) {
            apply("connectionInitSql", () -> execute(physical, initSql, 0));
        }
        session.rememberChosen(initSql != null);
        lend(session, "readOnly", Trait.READ_ONLY, settings.readOnly());
        session.remember(Trait.READ_ONLY);
        if (!settings.autoCommit()) {
            apply("autoCommit", () -> physical.setAutoCommit(false));
        }
        session.remember(Trait.AUTO_COMMIT);
        physical.clearWarnings();
        return session;
    }

    private static void lend(Session session, String setting, Trait trait, @Nullable Object value) throws SQLException {
        if (value != null) {
            apply(setting, () -> session.lend(trait, value));
        }
    }

    /** Names the setting that does not fit, and not its value: an SQL may have a secret in it. */
    private static void apply(String setting, Cleaning step) throws SQLException {
        try {
            step.run();
        } catch (SQLException e) {
            throw new SQLException(
                    "a new connection can't be given the setting " + setting + ": " + e.getMessage(),
                    e.getSQLState(),
                    e.getErrorCode(),
                    e);
        } catch (RuntimeException e) {
            throw new SQLException("a new connection can't be given the setting " + setting + ": " + e, e);
        }
    }

    private static @Nullable Integer millis(@Nullable Duration time) {
        return time == null ? null : (int) time.plusNanos(999_999).toMillis(); // zero is for ever
    }

    private static void execute(Connection physical, String sql, int timeoutSeconds) throws SQLException {
        try (Statement statement = physical.createStatement()) {
            if (timeoutSeconds > 0) {
                limit(statement, timeoutSeconds);
            }
            statement.execute(sql);
        }
    }

    /** The pool keeps to the time, too, so a driver need not. */
    private static void limit(Statement statement, int seconds) throws SQLException {
        try {
            statement.setQueryTimeout(seconds);
        } catch (SQLException e) {
            if (!Session.isUnsupported(e)) {
                throw e;
            }
        }
    }

    /** Whether the driver has these methods of its own: the defaults do nothing. */
    private static boolean marksRequests(Connection physical) {
        try {
            return physical.getClass().getMethod("beginRequest").getDeclaringClass() != Connection.class;
        } catch (NoSuchMethodException | Error e) { // an Error where a native image does not know the class
            return true;
        }
    }

    // --- validating

    /** If one that nobody had yet is not valid, the next one has to prove itself, as the first one had. */
    boolean isValid(Session session) throws SQLException {
        try {
            return isFoundValid(session);
        } finally {
            if (session.isBroken && session.isNew) {
                isProven = false;
            }
        }
    }

    /** Asks the driver, which counts in whole seconds; the pool keeps to the time itself. */
    private boolean isFoundValid(Session session) throws SQLException {
        int seconds = (int) Math.max(1, Math.min(Integer.MAX_VALUE, validationTimeout.toSeconds()));
        session.isBroken = true; // until it has answered: the pool may give it up meanwhile
        boolean isToBeAsked;
        try {
            isToBeAsked = session.cleanNow() || validatesOnRelease;
        } catch (SQLException | RuntimeException e) {
            LOG.debug("a session that can't be cleaned is destroyed: {}", session.physical, e);
            return false;
        }
        boolean isValid = true;
        if (isToBeAsked) {
            if (settings.testQuery() == null) {
                isValid = session.physical.isValid(seconds);
            } else {
                execute(session.physical, settings.testQuery(), seconds);
            }
            if (isValid && !session.isLentOn(Trait.AUTO_COMMIT)) {
                endQuestion(session); // the driver may ask within a transaction, too
            }
        }
        session.isBroken = !isValid;
        return isValid;
    }

    /** It has just answered, so that a rollback which it refuses, since it only reads, says nothing against it. */
    private static void endQuestion(Session session) throws SQLException {
        boolean hasOnlyRead = session.isLentOn(Trait.READ_ONLY);
        try {
            session.rollBack(hasOnlyRead);
        } catch (SQLException e) {
            if (!hasOnlyRead || !Session.isRefusal(e) || session.isEndedBy(e, true)) {
                throw e;
            }
        }
    }

    // --- ending

    @Override
    public void destroy(Session session) throws SQLException {
        if (session.isBroken) {
            endWithoutLeave(session.physical);
        } else {
            session.physical.close();
        }
    }

    /**
     * Some drivers do nothing to abort, or have no such method, so it is closed, too; and what they say of it is no news. A close
     * may commit what its holder has not: so it is rolled back before, unless the abort has ended it.
     */
    private static void endWithoutLeave(Connection physical) {
        if (!isAborted(physical)) {
            rollBack(physical);
        }
        try {
            physical.close();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("{} is broken, and can't be closed", physical, e);
        }
    }

    private static boolean isAborted(Connection physical) {
        try {
            physical.abort(Runnable::run);
            return physical.isClosed();
        } catch (SQLException | RuntimeException | LinkageError e) {
            LOG.debug("{} can't be aborted", physical, e);
            return false;
        }
    }

    private static void rollBack(Connection physical) {
        try {
            if (!physical.getAutoCommit()) {
                physical.rollback();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("{} is broken, and can't be rolled back", physical, e);
        }
    }

    /** Its holder may be at work with it. The destroy, which comes next, aborts it. */
    @Override
    public void abort(Session session) {
        session.isBroken = true;
    }
}
