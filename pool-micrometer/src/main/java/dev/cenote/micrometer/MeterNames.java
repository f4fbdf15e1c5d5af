package dev.cenote.micrometer;

/** What meters are called. */
enum MeterNames {
    /**
     * OpenTelemetry's convention for pools of database connections. Its units in braces, as {@code {connection}}, are annotations:
     * such a meter has no unit.
     */
    OPEN_TELEMETRY("db.client.connection", "db.client.connection.pool.name", "db.client.connection.state"),
    /** The same for pools of anything. */
    CENOTE("cenote.pool", "cenote.pool.name", "cenote.pool.state"),
    /** What OpenTelemetry's convention has no names for. A pool has them once, whichever of the two above it has. */
    THE_REST("cenote.pool", "cenote.pool.name", ""),
    /** HikariCP's. */
    HIKARICP("hikaricp.connections", "pool", "");

    final String prefix;
    final String nameTag;
    final String stateTag;

    MeterNames(String prefix, String nameTag, String stateTag) {
        this.prefix = prefix;
        this.nameTag = nameTag;
        this.stateTag = stateTag;
    }
}
