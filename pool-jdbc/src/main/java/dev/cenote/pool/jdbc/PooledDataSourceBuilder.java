package dev.cenote.pool.jdbc;

import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.jdbc.FaultOverride.Verdict;
import dev.cenote.pool.jdbc.internal.ConnectionPool;
import dev.cenote.pool.jdbc.internal.ConnectionSettings;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link PooledDataSource}. Where to connect has to be said, by a {@link #url} or a {@link #dataSource}; all else has
 * a default. A value out of range is an {@link IllegalArgumentException} that names the setting and the value. None changes
 * once the data source is built, but for the pool's limits. Not thread-safe.
 *
 * <p>What holders change of a connection by the methods of {@link java.sql.Connection} is undone when they close it, but for
 * sharding keys; what they change by SQL ({@code SET …}) is not seen, and stays, unless {@link #onReturn} undoes it.
 *
 * @since 0.9.0
 */
public final class PooledDataSourceBuilder {

    private @Nullable String url;
    private @Nullable Driver driver;
    private @Nullable DataSource dataSource;
    private final Properties driverProperties = new Properties();
    private final Properties dataSourceProperties = new Properties();
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Supplier<Credentials> credentials;
    private @Nullable String connectionInitSql;
    private @Nullable ReturnHook onReturn;
    private boolean autoCommit = true;
    private @Nullable Boolean readOnly;
    private @Nullable Integer transactionIsolation;
    private @Nullable String catalog;
    private @Nullable String schema;
    private @Nullable Duration networkTimeout;
    private @Nullable String testQuery;
    private Set<String> fatalSqlStates = Set.of();
    private boolean timeoutsAreFatal = false;
    private FaultOverride faultOverride = exception -> Verdict.UNDECIDED;
    private Duration openTimeout = Duration.ZERO;
    private final List<Consumer<? super PoolBuilder<?>>> poolSettings = new ArrayList<>();

    PooledDataSourceBuilder() {}

    // --- where to connect

    /**
     * Where to connect, for the driver that {@link java.sql.DriverManager} knows for it, or for {@link #driver}. Parameters
     * whose name begins with {@code cenote.} are settings of this data source, by the names of {@link #properties}, as in
     * {@code jdbc:postgresql://db/app?cenote.maxSize=20&cenote.acquireTimeout=2s}: they are set by this call, and the driver
     * does not see them.
     *
     * <p>Default: none. Range: any JDBC URL. Settings begin with {@code ?} or {@code &} and end with {@code &}, or begin and end
     * with {@code ;}, and are encoded as those of a web form (UTF-8).
     *
     * @param url the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder url(String url) {
        String driversUrl = UrlSettings.removed(url);
        if (driversUrl.isBlank()) {
            throw new IllegalArgumentException("url must not be blank, but was '" + driversUrl + "'");
        }
        this.url = driversUrl;
        NamedSettings.apply(UrlSettings.of(url), this);
        return this;
    }

    /**
     * The driver for the {@link #url}.
     *
     * <p>Default: the one that {@link java.sql.DriverManager} knows. Range: any.
     *
     * @param driver the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder driver(Driver driver) {
        this.driver = Objects.requireNonNull(driver, "driver");
        return this;
    }

    /**
     * The driver for the {@link #url}, by its class, which the thread's context class loader or this library's finds.
     *
     * <p>Default: as for {@link #driver}. Range: a class that implements {@link Driver} and has a constructor without
     * parameters.
     *
     * @param name the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder driverClassName(String name) {
        return driver(Classes.make("driverClassName", name, Driver.class));
    }

    /**
     * Makes the connections, in place of a {@link #url}. It should not be a pool.
     *
     * <p>Default: none. Range: any.
     *
     * @param source the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder dataSource(DataSource source) {
        this.dataSource = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * A property for the driver, handed to it with the {@link #url}.
     *
     * <p>Default: none. Range: what the driver knows.
     *
     * @param name the property
     * @param value its value
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder driverProperty(String name, String value) {
        driverProperties.setProperty(name, value);
        return this;
    }

    /**
     * Who connects.
     *
     * <p>Default: left to the driver. Range: any.
     *
     * @param user the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder user(String user) {
        this.user = Objects.requireNonNull(user, "user");
        return this;
    }

    /**
     * The {@link #user}'s password. It is in no log, exception or description.
     *
     * <p>Default: left to the driver. Range: any.
     *
     * @param password the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder password(String password) {
        this.password = Objects.requireNonNull(password, "password");
        return this;
    }

    /**
     * Tells who connects, in place of {@link #user} and {@link #password}: asked for each new connection, on the thread that
     * makes it, so that a password can change. After a change {@code pool().invalidateAll(Duration)} has the connections made
     * anew.
     *
     * <p>Default: none. Range: any; what it throws fails the create.
     *
     * @param supplier the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder credentials(Supplier<Credentials> supplier) {
        this.credentials = Objects.requireNonNull(supplier, "supplier");
        return this;
    }

    // --- how connections are lent

    /**
     * Run in each new connection, before its first use, committing itself.
     *
     * <p>Default: none. Range: one statement. Costs a round trip a connection.
     *
     * @param sql the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder connectionInitSql(String sql) {
        this.connectionInitSql = Objects.requireNonNull(sql, "sql");
        return this;
    }

    /**
     * Run in a session each time that it was given back, before anybody else gets it, so that it forgets what was set by SQL: {@code
     * DISCARD ALL} or {@code RESET ROLE}, say. See {@link #onReturn(ReturnHook)}.
     *
     * <p>Default: none. Range: one statement.
     *
     * @param sql the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder onReturn(String sql) {
        Objects.requireNonNull(sql, "sql");
        return onReturn(physical -> {
            try (Statement statement = physical.createStatement()) {
                statement.execute(sql);
            }
        });
    }

    /**
     * Has a session forget what this library does not see, each time that it was given back, before anybody else gets it. If it
     * throws, or takes longer than {@link PoolBuilder#validationTimeout} together with all else that is undone, the session is
     * destroyed, and there is a warning at most once a minute. Not called for a connection of which its holder asked nothing.
     *
     * <p>Afterwards {@link #catalog}, {@link #schema} and {@link #transactionIsolation} are set again, if they are set here; {@link
     * #connectionInitSql} is not run again, so what it sets has to be repeated by a hook that undoes it.
     *
     * <p>Default: none. Range: any. Costs what it asks of the server, and a task of the executor, for each lease; until it is over
     * the session can't be lent. The thread that closes the connection does not wait for it, so that the end of its transaction
     * may come a moment after its close.
     *
     * @param hook the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder onReturn(ReturnHook hook) {
        this.onReturn = Objects.requireNonNull(hook, "hook");
        return this;
    }

    /**
     * Whether connections are lent with auto-commit.
     *
     * <p>Default: true. Range: true or false.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder autoCommit(boolean yes) {
        this.autoCommit = yes;
        return this;
    }

    /**
     * Whether connections are lent set to read only.
     *
     * <p>Default: as the driver makes them. Range: true or false.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder readOnly(boolean yes) {
        this.readOnly = yes;
        return this;
    }

    /**
     * The isolation with which connections are lent.
     *
     * <p>Default: as the driver makes them. Range: what the database knows.
     *
     * @param isolation the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder transactionIsolation(Isolation isolation) {
        return transactionIsolation(isolation.level());
    }

    /**
     * The same for a level that has no name here.
     *
     * <p>Default: as the driver makes them. Range: what the driver knows, such as Informix's 5 (last committed).
     *
     * @param level the setting, as {@link java.sql.Connection#setTransactionIsolation} has it
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder transactionIsolation(int level) {
        this.transactionIsolation = level;
        return this;
    }

    /**
     * The catalog with which connections are lent.
     *
     * <p>Default: as the driver makes them. Range: what the database knows.
     *
     * @param catalog the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder catalog(String catalog) {
        this.catalog = Objects.requireNonNull(catalog, "catalog");
        return this;
    }

    /**
     * The schema with which connections are lent.
     *
     * <p>Default: as the driver makes them. Range: what the database knows.
     *
     * @param schema the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder schema(String schema) {
        this.schema = Objects.requireNonNull(schema, "schema");
        return this;
    }

    /**
     * How long the driver waits for the network in one call, with which connections are lent.
     *
     * <p>Default: as the driver makes them, which is for ever with most. Range: zero (for ever) to 24 days; rounded up to the
     * millisecond. Without it a caller whose server vanishes without a word waits for as long as TCP does.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder networkTimeout(Duration time) {
        this.networkTimeout = upTo24Days("networkTimeout", time);
        return this;
    }

    private static Duration upTo24Days(String setting, Duration time) {
        if (time.isNegative() || time.compareTo(Duration.ofDays(24)) > 0) {
            throw new IllegalArgumentException(setting + " must be 0 to 24 days, but was " + time);
        }
        return time;
    }

    // --- which connections are dead

    /**
     * Validates a connection: one that answers it is valid.
     *
     * <p>The first connection of a pool is validated before it is lent, by either, and if it is not valid, its create has failed. So
     * is the next new one, after one that nobody had yet was found not valid.
     *
     * <p>Default: none; {@link java.sql.Connection#isValid} is asked. Range: a statement that is quick and changes nothing.
     *
     * @param sql the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder testQuery(String sql) {
        this.testQuery = Objects.requireNonNull(sql, "sql");
        return this;
    }

    /**
     * States of an {@link SQLException} that mean a dead connection, beside those that always do: class 08 (08003 only if the
     * driver says that the connection is closed), 57P01 to 57P05, 01002, 70100, JZ0C0, JZ0C1, and 25006 if the connection was not
     * set to read only. So do {@link java.sql.SQLRecoverableException} and {@link java.sql.SQLNonTransientConnectionException}
     * with any other state.
     *
     * <p>Default: none. Range: states of five characters.
     *
     * @param states the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder fatalSqlStates(Collection<String> states) {
        for (String state : states) {
            if (!state.matches("[0-9A-Z]{5}")) {
                throw new IllegalArgumentException(
                        "fatalSqlStates must be five digits or capital letters each, but one was '" + state + "'");
            }
        }
        this.fatalSqlStates = Set.copyOf(states);
        return this;
    }

    /**
     * Whether an {@link java.sql.SQLTimeoutException} means a dead connection. Not every driver throws that: PostgreSQL's has the
     * state 57014, see {@link #fatalSqlStates}.
     *
     * <p>Default: false: a statement that took too long leaves a good connection behind. Range: true or false.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder timeoutsAreFatal(boolean yes) {
        this.timeoutsAreFatal = yes;
        return this;
    }

    /**
     * Has the first word on which exceptions mean a dead connection.
     *
     * <p>Default: none. Range: any.
     *
     * @param override the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder faultOverride(FaultOverride override) {
        this.faultOverride = Objects.requireNonNull(override, "override");
        return this;
    }

    // --- the pool

    /**
     * Sets what is the pool's own, as in {@code pool(p -> p.maxSize(16).acquireTimeout(ofSeconds(2)))}: see {@link
     * PoolBuilder}. Not its validator, which is {@link #testQuery}.
     *
     * <p>Default: the pool's defaults. Applied when the data source is built, in the order of the calls.
     *
     * @param settings sets some of them
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder pool(Consumer<? super PoolBuilder<?>> settings) {
        poolSettings.add(Objects.requireNonNull(settings, "settings"));
        return this;
    }

    /**
     * How long {@link #build} tries to make a first connection, and fails if none could be made; it is closed again unless {@code
     * minIdle} asks for it. A first try is waited for in any
     * case, which takes no longer than {@code createTimeout}. If the server does not accept the credentials, it is not tried
     * again. It is also the pool's {@link PoolBuilder#openTimeout}, unless {@link #pool} sets that: a data source that is
     * opened by its first use has its first callers wait for so long.
     *
     * <p>Default: zero (it does not try, and connections are made when they are wanted). Range: zero to 24 days.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PooledDataSourceBuilder openTimeout(Duration time) {
        this.openTimeout = upTo24Days("openTimeout", time);
        return this;
    }

    /**
     * Settings by their names: those of this builder and of {@link PoolBuilder} whose values are no objects, but for {@code
     * reserved} and {@code weight}; also {@code driverProperty.NAME}, and {@code dataSourceClassName} with {@code
     * dataSource.NAME} for the setters of that class. A {@code dataSource.NAME} may be any object, and {@code dataSource} a
     * {@link DataSource}. Blanks around names and values do not matter but in a password. Case, dashes and underscores do not
     * matter but in {@code NAME}: {@code max-size} is {@code maxSize}. Times are a number with {@code ms}, {@code s}, {@code m},
     * {@code h} or {@code d}, as in {@code 30s}, or ISO 8601, as in {@code PT30S}; a bare number is milliseconds. Two times are
     * {@code 50ms..1s}.
     *
     * @param properties names and values: texts, numbers, true or false
     * @return this
     * @throws IllegalArgumentException if a name is not known, or a value can't be read; it names both. Ranges are looked at by
     *     {@link #build}
     * @since 0.9.0
     */
    public PooledDataSourceBuilder properties(Properties properties) {
        NamedSettings.apply(properties, this);
        return this;
    }

    /**
     * What may be meant by a name that is no setting: what HikariCP's setting is here, or a setting with a similar name. For code that
     * tells of such names itself; {@link #properties} says the same.
     *
     * @param name of no setting
     * @return how a message goes on after the name, with its comma or semicolon; empty if there is nothing to say
     * @since 0.9.0
     */
    public static String hint(String name) {
        return NamedSettings.hint(name).orElse("");
    }

    /**
     * HikariCP's settings by HikariCP's names, and with its meanings: without {@code minimumIdle} the pool is of fixed size, say.
     * What has no counterpart is left out with a warning.
     *
     * @param properties names and values: texts, numbers, true or false, and objects where HikariCP takes them
     * @return this
     * @throws IllegalArgumentException if a value does not fit; it names it
     * @since 0.9.0
     */
    public PooledDataSourceBuilder hikariProperties(Properties properties) {
        return properties(HikariNames.converted(properties));
    }

    /**
     * Opens the data source.
     *
     * @return a running data source, to be closed by the caller
     * @throws SQLException if there is an {@link #openTimeout} and no connection could be made within it
     * @throws IllegalArgumentException if settings do not fit together
     * @since 0.9.0
     */
    public PooledDataSource build() throws SQLException {
        ConnectionPool pool = open();
        if (!openTimeout.isZero()) {
            try {
                pool.awaitFirst(openTimeout);
            } catch (SQLException | RuntimeException e) {
                pool.close();
                throw e;
            }
        }
        return new PooledDataSource(pool);
    }

    /** A data source that was set by texts, which may be secrets, and by objects. */
    void dataSource(DataSource source, Map<String, Object> properties) {
        dataSource(source);
        properties.forEach((name, value) -> {
            if (value instanceof String text) {
                dataSourceProperties.setProperty(name, text);
            }
        });
    }

    /** Opens the pool, and waits for nothing. */
    ConnectionPool open() {
        if ((url == null) == (dataSource == null)) {
            throw new IllegalArgumentException(
                    "either url or dataSource must be set, but " + (url == null ? "none was" : "both were"));
        }
        if (credentials != null && (user != null || password != null)) {
            throw new IllegalArgumentException("credentials must not be set beside user or password, but were");
        }
        if (dataSource != null && (driver != null || !driverProperties.isEmpty())) {
            throw new IllegalArgumentException("driver and driverProperty are for a url, but there is a dataSource");
        }
        return ConnectionPool.open(connectionSettings(), builder -> {
            builder.openTimeout(openTimeout);
            poolSettings.forEach(settings -> settings.accept(builder));
        });
    }

    /** Those of the connections so far. */
    ConnectionSettings connectionSettings() {
        Properties properties = new Properties();
        properties.putAll(driverProperties);
        properties.putAll(dataSourceProperties);
        return new ConnectionSettings(
                url,
                driver,
                dataSource,
                properties,
                new Credentials(user, password),
                credentials,
                connectionInitSql,
                onReturn,
                autoCommit,
                readOnly,
                transactionIsolation,
                catalog,
                schema,
                networkTimeout,
                testQuery,
                fatalSqlStates,
                timeoutsAreFatal,
                faultOverride);
    }
}
