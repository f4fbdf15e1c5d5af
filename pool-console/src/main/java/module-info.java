/** A live page on the pools of a program, on the JDK's own HTTP server. */
module dev.cenote.console {
    requires transitive dev.cenote.pool;
    requires com.google.gson;
    requires java.management;
    requires jdk.httpserver;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.cenote.console;
}
