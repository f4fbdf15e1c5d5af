package dev.cenote.pool.internal.life;

import dev.cenote.pool.internal.TestPool;
import dev.cenote.pool.internal.Thing;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimedCallsTest {

    private final PoolLock lock = new PoolLock();
    private final AtomicInteger told = new AtomicInteger();
    private final TimedCalls<Thing> calls =
            new TimedCalls<>(lock, new TestPool.NoAlarm(), 1_000, told::incrementAndGet);

    /** So many have entered, taken too long, and been given up, while their code goes on. */
    private List<TimedCall<Thing>> strays(int count) {
        List<TimedCall<Thing>> strays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Slot<Thing> slot = new Slot<>(i);
            lock.run(() -> {
                TimedCall<Thing> call = calls.beginOnCaller(slot, 0);
                calls.abandon(call);
                strays.add(call);
            });
        }
        return strays;
    }

    @Test
    void whoAsksWhetherAllThreadsHangChangesNothing() {
        strays(4);
        lock.run(() -> {
            assertThat(calls.isStuck(3)).isFalse();
            assertThat(calls.isStuck(2)).isTrue();
            assertThat(lock.hasAfterwards()).isFalse();
        });
        assertThat(told).hasValue(0);
    }

    @Test
    void whoIsNotToBeginTellsWhyOnceUntilAllAreBack() {
        for (int i = 1; i <= 2; i++) {
            List<TimedCall<Thing>> strays = strays(4);
            lock.run(() -> {
                assertThat(calls.mayBegin(2)).isFalse();
                assertThat(calls.mayBegin(2)).isFalse();
            });
            assertThat(told).hasValue(i);
            strays.forEach(it -> lock.run(() -> calls.noteReturned(it)));
            lock.run(() -> assertThat(calls.mayBegin(2)).isTrue());
        }
    }
}
