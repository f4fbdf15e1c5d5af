package dev.cenote.pool.jdbc.outage;

import java.io.IOException;

/** What goes wrong, and how it ends. */
enum Outage {
    TERMINATED("`pg_terminate_backend` of every session") {
        @Override
        void begin(Scene scene) throws IOException {
            scene.server.asAdministrator(ALL_SESSIONS);
        }
    },
    KILLED("`kill -9` of the server, and its restart") {
        @Override
        void begin(Scene scene) throws IOException {
            scene.server.kill();
        }

        @Override
        void end(Scene scene) throws IOException {
            scene.server.stop();
            scene.server.start();
        }
    },
    RESTARTED("restart of the server") {
        @Override
        void begin(Scene scene) throws IOException {
            scene.server.stop();
        }

        @Override
        void end(Scene scene) throws IOException {
            scene.server.start();
        }
    },
    CUT("every connection reset (TCP RST)") {
        @Override
        void begin(Scene scene) {
            scene.proxy.cut();
        }
    },
    HALF_OPEN("the open connections go silent, new ones work") {
        @Override
        void begin(Scene scene) {
            scene.proxy.muteOpen();
        }
    },
    SWALLOWED("a firewall swallows all packets, of new connections too") {
        @Override
        void begin(Scene scene) {
            scene.proxy.set(TcpProxy.Mode.SWALLOW);
        }

        @Override
        void end(Scene scene) {
            scene.proxy.set(TcpProxy.Mode.PASS);
        }
    },
    DELAYED("each packet comes " + TcpProxy.DELAY_MILLIS + " ms late") {
        @Override
        void begin(Scene scene) {
            scene.proxy.set(TcpProxy.Mode.DELAY);
        }

        @Override
        void end(Scene scene) {
            scene.proxy.set(TcpProxy.Mode.PASS);
        }
    },
    FULL("every session ends, and others take all the server's connections") {
        @Override
        void begin(Scene scene) throws IOException {
            scene.proxy.set(TcpProxy.Mode.REFUSE); // or the pool would be back before the others are there
            scene.proxy.cut();
            scene.fill();
            scene.proxy.set(TcpProxy.Mode.PASS);
        }

        @Override
        void end(Scene scene) throws IOException {
            scene.empty();
        }
    },
    READ_ONLY(
            "the server takes no writes any more, as a primary that became a standby; then the address leads to a new one") {
        @Override
        void begin(Scene scene) throws IOException {
            scene.server.asAdministrator(
                    "alter system set default_transaction_read_only = on", "select pg_reload_conf()");
        }

        @Override
        void end(Scene scene) throws IOException {
            scene.proxy.lead(scene.other.port());
        }

        @Override
        void undo(Scene scene) throws IOException {
            scene.server.asAdministrator(
                    "set default_transaction_read_only = off",
                    "alter system reset default_transaction_read_only",
                    "select pg_reload_conf()");
            scene.proxy.lead(scene.server.port());
        }
    };

    private static final String ALL_SESSIONS =
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'app'";

    final String description;

    Outage(String description) {
        this.description = description;
    }

    abstract void begin(Scene scene) throws IOException;

    /** Heals it. Nothing, if it is over at once. */
    void end(Scene scene) throws IOException {}

    /** Leaves the scene as it was. */
    void undo(Scene scene) throws IOException {}
}
