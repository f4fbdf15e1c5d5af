package dev.cenote.crac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.crac.simulated.Core;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.crac.CheckpointException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CheckpointedPoolTest {

    private final AtomicInteger alive = new AtomicInteger();

    private final Pool<AutoCloseable> pool = Pool.<AutoCloseable>builder(() -> {
                alive.incrementAndGet();
                return alive::decrementAndGet;
            })
            .name("sockets")
            .maxSize(3)
            .build();

    @AfterEach
    void close() {
        Core.whenImageIsTaken(() -> {});
        pool.close();
    }

    @Test
    void theImageHasNoObjectAndAfterTheRestoreAllGoesOn() throws Exception {
        CheckpointedPool.register(pool);
        CheckpointedPool.register(pool);
        pool.warmUp(3).get();
        AtomicInteger inImage = new AtomicInteger(-1);
        AtomicReference<CompletableFuture<Lease<AutoCloseable>>> waiting = new AtomicReference<>();
        Core.whenImageIsTaken(() -> {
            inImage.set(alive.get());
            waiting.set(pool.acquireAsync());
            assertThat(waiting.get()).isNotDone();
        });
        for (int checkpoint = 0; checkpoint < 2; checkpoint++) {
            org.crac.Core.checkpointRestore();
            assertThat(inImage.getAndSet(-1)).isZero();
            waiting.get().get(10, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void aLeaseThatDoesNotComeBackFailsTheCheckpointAndThePoolWorksOn() throws Exception {
        CheckpointedPool.register(pool, Duration.ofMillis(1));
        try (Lease<AutoCloseable> held = pool.acquire()) {
            assertThat(held.get()).isNotNull();
            assertThatThrownBy(org.crac.Core::checkpointRestore)
                    .isInstanceOf(CheckpointException.class)
                    .satisfies(e -> assertThat(e.getSuppressed()[0].toString()).contains("sockets", "leased 1"));
            pool.acquire().close();
        }
    }

    @Test
    void aClosedPoolIsLeftAlone() throws Exception {
        CheckpointedPool.register(pool);
        pool.close();
        org.crac.Core.checkpointRestore();
        assertThat(pool.isClosed()).isTrue();
    }

    @Test
    void aPoolThatIsSimplyForgottenIsNotKeptAlive() {
        AtomicReference<Pool<Object>> forgotten =
                new AtomicReference<>(Pool.builder(Object::new).build());
        CheckpointedPool.register(forgotten.get());
        var reference = new java.lang.ref.WeakReference<>(forgotten.get());
        forgotten.set(null);
        while (reference.get() != null) {
            System.gc();
        }
    }

    @Test
    void negativePatienceIsAnError() {
        assertThatThrownBy(() -> CheckpointedPool.register(pool, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("patience")
                .hasMessageContaining("PT-1S");
    }
}
