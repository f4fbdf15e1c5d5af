package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolRegistryTest {

    private static Pool<StringBuilder> open() {
        return Pool.builder(StringBuilder::new).build();
    }

    @Test
    void aNameStandsForOnePool() {
        AtomicInteger opened = new AtomicInteger();
        try (PoolRegistry registry = new PoolRegistry()) {
            Pool<StringBuilder> first = registry.getOrOpen("a", StringBuilder.class, () -> {
                opened.incrementAndGet();
                return open();
            });
            assertThat(registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open))
                    .isSameAs(first);
            assertThat(registry.find("a", StringBuilder.class)).containsSame(first);
            assertThat(registry.names()).containsExactly("a");
            assertThat(opened).hasValue(1);
        }
    }

    @Test
    void aClosedPoolIsForgotten() {
        try (PoolRegistry registry = new PoolRegistry()) {
            Pool<StringBuilder> first = registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
            first.close();
            assertThat(registry.find("a", StringBuilder.class)).isEmpty();
            assertThat(registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open))
                    .isNotSameAs(first);
        }
    }

    @Test
    void anotherTypeUnderTheSameNameIsAClearError() {
        try (PoolRegistry registry = new PoolRegistry()) {
            registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
            assertThatThrownBy(() -> registry.find("a", String.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("pool 'a' holds java.lang.StringBuilder, not java.lang.String");
        }
    }

    @Test
    void closingTheRegistryClosesItsPools() {
        PoolRegistry registry = new PoolRegistry();
        Pool<StringBuilder> pool = registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
        registry.close();
        registry.close();
        assertThat(pool.isClosed()).isTrue();
        assertThatThrownBy(() -> registry.getOrOpen("b", StringBuilder.class, PoolRegistryTest::open))
                .isInstanceOf(IllegalStateException.class);
    }
}
