package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.jdbc.FaultOverride.Verdict;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P10: a connection is closed while another thread makes a statement of it, or closes it, too. No statement stays open in the
 * session that the next holder gets, and the session is given back once.
 *
 * <p>The list of what is open is exchanged for a mark, once; an entry is a CAS, and who finds the mark closes what it has made.
 * The broken variant looks for the mark, and writes then.
 */
public final class StatementAndClose {

    private StatementAndClose() {}

    private static Object stub(Class<?> type, AtomicInteger open) {
        return Proxy.newProxyInstance(
                StatementAndClose.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createStatement")) {
                        open.incrementAndGet();
                        return stub(Statement.class, open);
                    }
                    if (method.getName().equals("close")) {
                        open.decrementAndGet();
                    }
                    return null;
                });
    }

    /** A lease that counts its ends. */
    private static final class CountedLease implements Lease<Session> {

        private final AtomicInteger ends = new AtomicInteger();
        private final Session session;

        CountedLease(AtomicInteger open) {
            session = new Session(
                    (Connection) stub(Connection.class, open),
                    new Faults(Set.of(), false, e -> Verdict.UNDECIDED),
                    new DriverHabits(),
                    null,
                    false);
        }

        @Override
        public Session get() {
            if (ends.get() > 0) {
                throw new IllegalStateException("this lease has ended");
            }
            return session;
        }

        @Override
        public void close() {
            ends.incrementAndGet();
        }

        @Override
        public void closeAndValidate() {
            ends.incrementAndGet();
        }

        @Override
        public void invalidate() {
            ends.incrementAndGet();
        }

        @Override
        public void invalidate(Throwable cause) {
            ends.incrementAndGet();
        }

        @Override
        public Session detach() {
            throw new UnsupportedOperationException();
        }
    }

    /** The connection, and a statement. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "no statement is open")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "one is open in the next holder's session")
    @State
    public static class Real {
        private final AtomicInteger open = new AtomicInteger();
        private final PooledConnection connection = new PooledConnection(new CountedLease(open), null);

        @Actor
        public void make() {
            try {
                connection.createStatement();
            } catch (SQLException e) {
                // it was closed before
            }
        }

        @Actor
        public void close() {
            connection.close();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = open.get();
        }
    }

    /** The connection, and two who close it. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "given back once")
    @Outcome(id = "2", expect = Expect.FORBIDDEN, desc = "given back twice")
    @State
    public static class RealClosedTwice {
        private final CountedLease lease = new CountedLease(new AtomicInteger());
        private final PooledConnection connection = new PooledConnection(lease, null);

        @Actor
        public void close() {
            connection.close();
        }

        @Actor
        public void closeToo() {
            connection.close();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = lease.ends.get();
        }
    }

    /** An entry is a CAS, the end an exchange. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "no statement is open")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "one is open")
    @State
    public static class Model {
        private static final String ENDED = "ended";
        private final AtomicReference<String> list = new AtomicReference<>("");
        private final AtomicInteger open = new AtomicInteger();

        @Actor
        public void make() {
            open.incrementAndGet();
            if (list.get() == ENDED || !list.compareAndSet("", "statement")) {
                open.decrementAndGet();
            }
        }

        @Actor
        public void close() {
            if (list.getAndSet(ENDED).equals("statement")) {
                open.decrementAndGet();
            }
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = open.get();
        }
    }

    /** An entry is a look and a write. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "no statement is open")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: one is open")
    @State
    public static class Broken {
        private static final String ENDED = "ended";
        private volatile String list = "";
        private final AtomicInteger open = new AtomicInteger();

        @Actor
        public void make() {
            open.incrementAndGet();
            if (list == ENDED) {
                open.decrementAndGet();
            } else {
                list = "statement";
            }
        }

        @Actor
        public void close() {
            String was = list;
            list = ENDED;
            if (was.equals("statement")) {
                open.decrementAndGet();
            }
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = open.get();
        }
    }
}
