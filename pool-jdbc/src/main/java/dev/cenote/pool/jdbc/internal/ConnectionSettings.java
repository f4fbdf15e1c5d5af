package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.jdbc.Credentials;
import dev.cenote.pool.jdbc.FaultOverride;
import dev.cenote.pool.jdbc.ReturnHook;
import java.sql.Driver;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How connections are made, lent, validated and judged, checked by the builder.
 *
 * @param url where to, if not by a data source
 * @param driver for the URL; null: the one that is registered for it
 * @param dataSource where from, if not by a URL
 * @param properties handed to the driver with the URL, or set on the data source before
 * @param fixed who connects
 * @param changing tells who connects, in place of that, asked for each connection
 * @param initSql run in each new connection
 * @param onReturn has a session forget what its holder left; null: nothing does
 * @param autoCommit how connections are lent
 * @param readOnly how connections are lent; null: as the driver makes them, and so the next four
 * @param isolation how connections are lent
 * @param catalog how connections are lent
 * @param schema how connections are lent
 * @param networkTimeout how connections are lent
 * @param testQuery validates a connection; null: {@code Connection.isValid}
 * @param fatalSqlStates states that mean a dead connection, beside those that always do
 * @param areTimeoutsFatal whether a statement's time-out means a dead connection
 * @param faultOverride has the first word on that
 */
public record ConnectionSettings(
        @Nullable String url,
        @Nullable Driver driver,
        @Nullable DataSource dataSource,
        Properties properties,
        Credentials fixed,
        @Nullable Supplier<Credentials> changing,
        @Nullable String initSql,
        @Nullable ReturnHook onReturn,
        boolean autoCommit,
        @Nullable Boolean readOnly,
        @Nullable Integer isolation,
        @Nullable String catalog,
        @Nullable String schema,
        @Nullable Duration networkTimeout,
        @Nullable String testQuery,
        Set<String> fatalSqlStates,
        boolean areTimeoutsFatal,
        FaultOverride faultOverride) {

    /** Who connects now. */
    Credentials credentials() {
        return changing == null ? fixed : Objects.requireNonNull(changing.get(), "credentials must not be null");
    }

    /** Says where to, and no secret. */
    @Override
    public String toString() {
        return url != null ? Redaction.ofUrl(url) : String.valueOf(dataSource == null ? null : dataSource.getClass());
    }
}
