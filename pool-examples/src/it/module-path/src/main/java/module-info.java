module example {
    requires dev.cenote.pool;
    requires java.sql;
}
