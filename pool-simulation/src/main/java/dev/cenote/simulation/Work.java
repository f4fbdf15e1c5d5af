package dev.cenote.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What each call of a recording wants from the server, in nanoseconds of a server that does nothing else: its hold, without what
 * others that ran at the same time made it longer. A call that got no lease wants what some other call wanted, chosen at random.
 */
final class Work {

    private Work() {}

    static double[] of(Calls calls, Server server, long seed) {
        double[] work = new double[calls.size()];
        if (server.isAffected()) {
            unstretch(calls, server, work);
        } else {
            Arrays.setAll(work, i -> calls.held[i]);
        }
        int[] held = IntStream.range(0, calls.size())
                .filter(i -> calls.held[i] != Calls.NOTHING)
                .toArray();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < work.length; i++) {
            if (calls.held[i] == Calls.NOTHING) {
                work[i] = held.length == 0 ? 0 : work[held[random.nextInt(held.length)]];
            }
        }
        return work;
    }

    /** Goes through the recording with a clock that shows how much work one use has done. */
    private static void unstretch(Calls calls, Server server, double[] work) {
        Integer[] begins = calls.heldByBegin();
        Integer[] ends = begins.clone();
        Arrays.sort(ends, Comparator.comparingLong(i -> calls.begun(i) + calls.held[i]));
        double done = 0;
        long last = 0;
        int running = 0;
        int next = 0;
        for (Integer ending : ends) {
            long end = calls.begun(ending) + calls.held[ending];
            while (next < begins.length && calls.begun(begins[next]) <= end) {
                long begin = calls.begun(begins[next]);
                done += running == 0 ? 0 : (begin - last) / server.stretch(running);
                last = begin;
                work[begins[next++]] = done;
                running++;
            }
            done += (end - last) / server.stretch(running);
            last = end;
            work[ending] = done - work[ending];
            running--;
        }
    }
}
