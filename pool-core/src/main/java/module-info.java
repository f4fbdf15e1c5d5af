/** The Cenote object pool: one exported package, one runtime dependency. JMX is optional. */
module dev.cenote.pool {
    requires org.slf4j;
    requires static java.management;
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.cenote.pool;
}
