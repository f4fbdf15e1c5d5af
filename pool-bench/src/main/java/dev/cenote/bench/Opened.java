package dev.cenote.bench;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A pool, all of whose objects are made and idle. */
@State(Scope.Benchmark)
public class Opened {

    /** The id of a {@link Peer.Named}. */
    @Param("cenote-strict")
    public String peer;

    @Param("16")
    public int size;

    @Param("NONE")
    public Maker.Validation validation;

    private Peer pool;

    @Setup
    public void open() throws Exception {
        Maker maker = new Maker();
        maker.validation = validation;
        pool = Peers.withId(peer).kind().open(size, maker);
        pool.fill(size);
    }

    @TearDown
    public void close() {
        pool.close();
    }

    /** What one thread uses of it. */
    @State(Scope.Thread)
    public static class Caller {

        Peer peer;
        Object held = this; // the lease that escapes

        @Setup
        public void take(Opened opened) {
            peer = opened.pool.forOneThread();
        }
    }
}
