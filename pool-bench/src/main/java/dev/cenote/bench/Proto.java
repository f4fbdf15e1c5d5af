package dev.cenote.bench;

import java.lang.invoke.*;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.*;
import org.openjdk.jmh.annotations.*;

@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Proto {
    static abstract class Pad { long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16; }
    static final class S extends Pad {
        static final VarHandle W; static { try { W = MethodHandles.lookup().findVarHandle(S.class, "word", long.class);} catch (Exception e) { throw new Error(e);} }
        volatile long word = 1; volatile boolean stored = true; Object object = new Object(); long holder; long last = Long.MAX_VALUE;
        long tryLease() { long s = word; return (s & 31) == 1 && W.compareAndSet(this, s, s + 33) ? s + 33 : 0; }
        boolean tryRelease(long w) { return W.compareAndSet(this, w, w - 1); }
    }
    static final class Q { volatile int gate; }
    final Q q = new Q();
    volatile boolean user;
    final S slot = new S();
    final AtomicReferenceArray<S> hints = new AtomicReferenceArray<>(65 * 32);
    final S[] plain = new S[65 * 32];
    final AtomicLong lim = new AtomicLong();
    S nohint = slot;
    @Setup public void setup() { for (int i = 0; i < 65*32; i++) {hints.set(i, slot); plain[i] = slot; } }
    static int pos(long id) { return (((int) id & 63) + 1) << 5; }

    @Benchmark public long a_twoCas() { long s = lim.get(); lim.compareAndSet(s, s + 33); lim.compareAndSet(s + 33, s + 32); return s; }
    @Benchmark public long b_slotDirect() { S s = slot; long w = s.tryLease(); if (w == 0) return 0; s.tryRelease(w); return w; }
    @Benchmark public long c_plainConst() { S s = plain[32]; long w = s.tryLease(); if (w == 0) return 0; s.tryRelease(w); return w; }
    @Benchmark public long d_plainTid() { S s = plain[pos(Thread.currentThread().getId())]; long w = s.tryLease(); if (w == 0) return 0; s.tryRelease(w); return w; }
    @Benchmark public long e_araTid() { S s = hints.get(pos(Thread.currentThread().getId())); long w = s.tryLease(); if (w == 0) return 0; s.tryRelease(w); return w; }
    @Benchmark public long f_araTidGate() { if (q.gate != 0) return 0; S s = hints.get(pos(Thread.currentThread().getId())); long w = s.tryLease(); if (w == 0) return 0; if (q.gate != 0) return 0; s.tryRelease(w); return w; }
    @Benchmark public long g_plusAfter() { if (q.gate != 0) return 0; S s = hints.get(pos(Thread.currentThread().getId())); long w = s.tryLease(); if (w == 0) return 0; if (q.gate != 0) return 0; s.tryRelease(w); if (!s.stored) return 1; if (q.gate != 0) return 2; return w; }
    @Benchmark public Object h_plusGetHolder() { if (q.gate != 0) return 0; long id = Thread.currentThread().getId(); S s = hints.get(pos(id)); long w = s.tryLease(); if (w == 0) return 0; s.holder = id; Object o = s.object; VarHandle.loadLoadFence(); if ((s.word & ~8) != w) return null; if (q.gate != 0) return 0; s.tryRelease(w); if (!s.stored) return 1; if (q.gate != 0) return 2; return o; }
    @Benchmark public Object i_plusUsed() { if (q.gate != 0) return 0; long id = Thread.currentThread().getId(); S s = hints.get(pos(id)); long w = s.tryLease(); if (w == 0) return 0; s.holder = id; Object o = s.object; VarHandle.loadLoadFence(); if ((s.word & ~8) != w) return null; if (q.gate != 0 || user || (w >>> 5) > s.last) return 0; s.tryRelease(w); if (!s.stored) return 1; if (q.gate != 0) return 2; return o; }
    @Benchmark public Object j_iPlainNoHolder() { if (q.gate != 0) return 0; long id = Thread.currentThread().getId(); S s = plain[pos(id)]; long w = s.tryLease(); if (w == 0) return 0;  Object o = s.object; VarHandle.loadLoadFence(); if ((s.word & ~8) != w) return null; if (q.gate != 0 || user || (w >>> 5) > s.last) return 0; s.tryRelease(w); if (!s.stored) return 1; if (q.gate != 0) return 2; return o; }
}
