/** What would callers of a pool see with another size? A recording of them, replayed through the pool itself in simulated time. */
module dev.cenote.simulation {
    requires transitive dev.cenote.pool;
    requires com.google.gson;
    requires info.picocli;

    exports dev.cenote.simulation;

    opens dev.cenote.simulation to
            com.google.gson,
            info.picocli;
}
