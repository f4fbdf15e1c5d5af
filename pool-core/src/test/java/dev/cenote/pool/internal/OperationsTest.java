package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OperationsTest {

    private final PoolLock lock = new PoolLock();
    private final AtomicInteger told = new AtomicInteger();
    private final Operations<Thing> operations =
            new Operations<>(lock, new TestPool.NoAlarm(), 1_000, told::incrementAndGet);

    /** So many have entered, taken too long, and been given up, while their code goes on. */
    private List<Operations.Operation<Thing>> strays(int count) {
        List<Operations.Operation<Thing>> strays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Slot<Thing> slot = new Slot<>(i);
            lock.run(() -> {
                Operations.Operation<Thing> operation = operations.beginHere(slot, 0);
                operations.abandon(operation);
                strays.add(operation);
            });
        }
        return strays;
    }

    @Test
    void whoAsksWhetherAllThreadsHangChangesNothing() {
        strays(4);
        lock.run(() -> {
            assertThat(operations.isStuck(3)).isFalse();
            assertThat(operations.isStuck(2)).isTrue();
            assertThat(lock.hasAfterwards()).isFalse();
        });
        assertThat(told).hasValue(0);
    }

    @Test
    void whoIsNotToBeginTellsWhyOnceUntilAllAreBack() {
        for (int i = 1; i <= 2; i++) {
            List<Operations.Operation<Thing>> strays = strays(4);
            lock.run(() -> {
                assertThat(operations.mayBegin(2)).isFalse();
                assertThat(operations.mayBegin(2)).isFalse();
            });
            assertThat(told).hasValue(i);
            strays.forEach(it -> lock.run(() -> operations.noteReturned(it)));
            lock.run(() -> assertThat(operations.mayBegin(2)).isTrue());
        }
    }
}
