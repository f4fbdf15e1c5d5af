/** Pooled socket and TLS connections by address. */
module dev.cenote.net {
    requires transitive dev.cenote.pool;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.cenote.net;
}
