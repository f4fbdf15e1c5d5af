/** The Cenote object pool: one exported package, one runtime dependency. JMX is optional. */
@SuppressWarnings("module") // that of the simulation is built later
module dev.cenote.pool {
    requires org.slf4j;
    requires static java.management;
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.cenote.pool;
    exports dev.cenote.pool.internal to
            dev.cenote.simulation;
}
