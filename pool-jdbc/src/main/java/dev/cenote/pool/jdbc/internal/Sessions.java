package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.jdbc.Credentials;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, validates and ends sessions. */
final class Sessions implements Factory<Session> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");

    private final ConnectionSettings settings;
    private final Faults faults;

    Sessions(ConnectionSettings settings) {
        this.settings = settings;
        faults = new Faults(settings.fatalSqlStates(), settings.areTimeoutsFatal(), settings.faultOverride());
    }

    // --- making

    @Override
    public Session create() throws Exception {
        Credentials credentials = settings.credentials();
        try {
            Connection physical = connect(credentials);
            try {
                return prepared(physical);
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
            throw Redaction.of(e, secrets);
        }
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

    /** The settings are made while each statement commits itself, whatever is lent later. */
    private Session prepared(Connection physical) throws SQLException {
        Session session = new Session(physical, faults, marksRequests(physical));
        if (!physical.getAutoCommit()) {
            physical.setAutoCommit(true);
        }
        lend(session, Trait.NETWORK_TIMEOUT, millis(settings.networkTimeout()));
        lend(session, Trait.CATALOG, settings.catalog());
        lend(session, Trait.SCHEMA, settings.schema());
        lend(
                session,
                Trait.ISOLATION,
                settings.isolation() == null ? null : settings.isolation().level());
        if (settings.initSql() != null) {
            execute(physical, settings.initSql(), 0);
        }
        lend(session, Trait.READ_ONLY, settings.readOnly());
        session.remember(Trait.READ_ONLY);
        if (!settings.autoCommit()) {
            physical.setAutoCommit(false);
        }
        session.remember(Trait.AUTO_COMMIT);
        physical.clearWarnings();
        return session;
    }

    private static void lend(Session session, Trait trait, @Nullable Object value) throws SQLException {
        if (value != null) {
            session.lend(trait, value);
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
        } catch (NoSuchMethodException e) {
            return true;
        }
    }

    // --- validating

    /** Asks the driver, which counts in whole seconds; the pool keeps to the time itself. */
    boolean isValid(Session session, Duration limit) throws SQLException {
        int seconds = (int) Math.max(1, Math.min(Integer.MAX_VALUE, limit.toSeconds()));
        session.isBroken = true; // until it has answered: the pool may give it up meanwhile
        boolean isValid = true;
        if (settings.testQuery() == null) {
            isValid = session.physical.isValid(seconds);
        } else {
            execute(session.physical, settings.testQuery(), seconds);
        }
        if (isValid && !session.isLentOn(Trait.AUTO_COMMIT)) {
            session.physical.rollback(); // the driver may ask within a transaction, too
        }
        session.isBroken = !isValid;
        return isValid;
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

    /** Some drivers do nothing to abort, so it is closed, too, and what they say of it is no news. */
    private static void endWithoutLeave(Connection physical) {
        try {
            physical.abort(Runnable::run);
        } catch (SQLException | RuntimeException | AbstractMethodError e) {
            LOG.debug("{} can't be aborted", physical, e);
        }
        try {
            physical.close();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("{} is broken, and can't be closed", physical, e);
        }
    }

    @Override
    public void abort(Session session) throws SQLException {
        session.physical.abort(Runnable::run);
    }
}
