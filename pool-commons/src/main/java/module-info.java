/** The interfaces of commons-pool2 and Jedis over Cenote pools. A program that does not use Jedis' package needs no Jedis. */
@SuppressWarnings("requires-automatic")
module dev.cenote.commons {
    requires transitive dev.cenote.pool;
    requires transitive org.apache.commons.pool2;
    requires static org.jspecify;
    requires static redis.clients.jedis;

    exports dev.cenote.commons;
    exports dev.cenote.commons.jedis;
}
