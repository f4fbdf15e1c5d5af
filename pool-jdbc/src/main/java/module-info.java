/** A {@link javax.sql.DataSource} over a Cenote pool. */
module dev.cenote.pool.jdbc {
    requires transitive dev.cenote.pool;
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.cenote.pool.jdbc;
}
