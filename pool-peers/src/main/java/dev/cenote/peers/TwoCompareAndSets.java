package dev.cenote.peers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Two compare-and-sets on a word that each thread has for itself, on a cache line of its own. */
final class TwoCompareAndSets extends Limit {

    private static final VarHandle WORD;
    /** The word in use has this many others on either side. */
    private static final int PADDING = 32;

    static {
        WORD = MethodHandles.arrayElementVarHandle(long[].class);
    }

    private final long[] words = new long[2 * PADDING + 1];

    @Override
    public Peer forOneThread() {
        return new TwoCompareAndSets();
    }

    @Override
    public Object acquire() {
        long seen = (long) WORD.getVolatile(words, PADDING);
        WORD.compareAndSet(words, PADDING, seen, seen + 33);
        return this;
    }

    @Override
    public void release(Object handle) {
        long seen = (long) WORD.getVolatile(words, PADDING);
        WORD.compareAndSet(words, PADDING, seen, seen - 1);
    }
}
