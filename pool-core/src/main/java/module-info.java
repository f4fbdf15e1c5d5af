/** The Cenote object pool: one exported package, one runtime dependency. */
module dev.cenote.pool {
    requires org.slf4j;
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.cenote.pool;
}
