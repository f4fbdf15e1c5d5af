package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.stats.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An hour of a thousand acquires a second is read, and replayed with one size, in less than a minute. */
@Tag("full")
class HourTest {

    private static final int CALLS = 3_600_000;
    private static final int SLOTS = 64;
    private static final long SEED = 1;
    private static final String SETTINGS = "name=hour\nmaxSize=" + SLOTS + "\nminIdle=0\nmaxWaiters=1024\n"
            + "acquireTimeout=30000000000\nidleTimeout=600000000000\nmaxLifetime=1800000000000\nlifetimeJitter=0.25\n"
            + "maxUses=0\nmaxConcurrentCreates=4\nidleOrder=LIFO\nfairness=0\npartsOneIn=1\n";

    @TempDir
    private Path folder;

    private Path file;

    private record End(long instant, int slot) {}

    /** As a pool writes it, with leases of 7 ms on average. */
    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("hour");
        SplittableRandom random = new SplittableRandom(SEED);
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            free.push(slot);
        }
        long[] leases = new long[SLOTS];
        PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::instant));
        Tape tape = new Tape(file, SETTINGS, 0);
        tape.mark(Tape.BEGIN, 0);
        double seconds = 0;
        for (int i = 0; i < CALLS; i++) {
            seconds += Scenario.exponential(random.nextDouble()) / 1_000;
            long now = (long) (seconds * 1e9);
            while (!ends.isEmpty() && ends.peek().instant <= now) {
                release(tape, ends.remove(), leases, free);
            }
            int slot = free.pop();
            tape.note(Tape.LEASED, now, slot, ++leases[slot], 0, 30_000_000_000L);
            ends.add(new End(now + (long) (7e6 * Scenario.exponential(random.nextDouble())), slot));
            if (i % 10_000 == 0) {
                tape.write();
            }
        }
        while (!ends.isEmpty()) {
            release(tape, ends.remove(), leases, free);
        }
        tape.write();
        tape.mark(Tape.END, (long) (seconds * 1e9) + 1_000_000_000);
        tape.close();
        assertThat(tape.lost()).isZero();
    }

    private static void release(Tape tape, End end, long[] leases, ArrayDeque<Integer> free) {
        tape.note(Tape.RELEASED, end.instant, end.slot, leases[end.slot], 0, 0);
        free.push(end.slot);
    }

    @Test
    @Timeout(60)
    void itIsReadAndReplayedInLessThanAMinuteASize() throws IOException {
        Recording recording = Recording.read(file);
        Answer answer =
                Answer.of(recording, List.of(9), Replay.Settings.of(recording, 9), Assumption.of(recording, 0), SEED);
        Outcome outcome = answer.points().get(0).assumed();
        System.out.println("seed " + SEED + ": " + outcome);
        assertThat(recording.isComplete()).isTrue();
        assertThat(outcome.calls()).isEqualTo(CALLS);
        assertThat(outcome.utilisation()).isBetween(0.7, 0.85);
    }
}
