package dev.cenote.bench;

import dev.cenote.bench.peer.Maker;
import dev.cenote.bench.peer.Peer;
import dev.cenote.bench.peer.Peers;
import java.util.ArrayList;
import java.util.List;
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
        fill(pool, size);
    }

    /** Has all objects made. */
    public static void fill(Peer pool, int size) throws Exception {
        List<Object> handles = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            handles.add(pool.acquire());
        }
        for (Object handle : handles) {
            pool.release(handle);
        }
    }

    @TearDown
    public void close() {
        pool.close();
    }

    /** What one thread uses of it. */
    @State(Scope.Thread)
    public static class Caller {

        Peer peer;

        @Setup
        public void take(Opened opened) {
            peer = opened.pool.forOneThread();
        }
    }
}
