/** The interfaces of commons-pool2 and Jedis over Cenote pools. Jedis is needed only by who uses its package. */
@SuppressWarnings("requires-automatic")
module dev.cenote.commons {
    requires transitive dev.cenote.pool;
    requires transitive org.apache.commons.pool2;
    requires org.slf4j;
    requires static org.jspecify;
    requires static redis.clients.jedis;

    exports dev.cenote.commons;
    exports dev.cenote.commons.jedis;
}
