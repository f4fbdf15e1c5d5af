package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReadyCountTest {

    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();
    private long looks;
    private final ReadyCount count = new ReadyCount(slots::get, () -> {
        looks += slots.get();
        return ready.get();
    });

    @Test
    void aSmallPoolIsCountedEachTime() {
        slots.set(ReadyCount.LOOKS);
        for (int i = 0; i < 10; i++) {
            ready.set(i);
            assertThat(count.get(20)).isEqualTo(i);
        }
    }

    @Test
    @Tag("F83")
    void fillingALargePoolLooksAtAFewSlotsForEachObject() {
        int size = 100_000;
        for (int i = 1; i <= size; i++) {
            slots.set(i);
            ready.set(i);
            assertThat(count.get(i)).isEqualTo(i);
        }
        assertThat(looks).isLessThan((long) size * 2 * ReadyCount.LOOKS);
    }

    @Test
    @Tag("F83")
    void emptyingALargePoolLooksAtAFewSlotsForEachObject() {
        int size = 100_000;
        slots.set(size);
        for (int i = size; i > 0; i--) {
            ready.set(i);
            assertThat(count.get(i)).isEqualTo(i);
        }
        assertThat(looks).isLessThan((long) size * 2 * ReadyCount.LOOKS);
    }

    @Test
    void betweenTwoCountsObjectsThatComeAndGoAreCounted() {
        slots.set(1_000);
        ready.set(700);
        assertThat(count.get(1_000)).isEqualTo(700);
        assertThat(count.get(1_000)).isEqualTo(700);
        ready.set(300); // leases have begun, which nobody tells
        assertThat(count.get(998)).isEqualTo(698);
        count.forget();
        assertThat(count.get(998)).isEqualTo(300);
        ready.set(310);
        assertThat(count.get(999)).isEqualTo(310);
        ready.set(300);
        assertThat(count.get(999)).isEqualTo(310);
    }

    @Test
    void aLargePoolThatIsInUseIsFilledUpByTheHousekeeperAtTheLatest() {
        try (TestPool test = new TestPool(it -> it.maxSize(1_000).minIdle(300))) {
            assertThat(test.stats().idle()).isEqualTo(300);
            List<Lease<Thing>> leases = test.acquire(200);
            test.advance(Duration.ofMillis(1));
            assertThat(test.stats().idle()).isEqualTo(300);
            leases.forEach(Lease::close);
            assertThat(test.stats().idle()).isEqualTo(500);
            test.advance(Duration.ofMillis(1));
            test.acquire().invalidate();
            assertThat(test.stats().total())
                    .as("none is made while enough are idle")
                    .isEqualTo(499);
        }
    }
}
