package dev.cenote.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A statement of a pooled connection is made, executed and closed, by threads that each keep a connection. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class Statements {

    /** The connection of one thread. */
    @State(Scope.Thread)
    public static class Held {

        private Opened.Caller caller;
        private Connection connection;

        @Setup(Level.Iteration)
        public void acquire(Opened.Caller caller) throws Exception {
            this.caller = caller;
            connection = (Connection) caller.peer.acquire();
        }

        @TearDown(Level.Iteration)
        public void release() throws Exception {
            caller.peer.release(connection);
        }
    }

    /** The driver does nothing: what is left is the pool's. */
    @Benchmark
    public boolean executeAndClose(Held held) throws SQLException {
        try (Statement statement = held.connection.createStatement()) {
            return statement.execute("INSERT INTO test (column) VALUES (?)");
        }
    }
}
