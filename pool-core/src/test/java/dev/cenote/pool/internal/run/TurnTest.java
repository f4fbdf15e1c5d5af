package dev.cenote.pool.internal.run;

import dev.cenote.pool.internal.Await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TurnTest {

    private final Turn turn = new Turn();

    @Test
    void aCallBeforeTheWaitIsNotLost() throws Exception {
        turn.call();
        turn.call();
        turn.await(Long.MAX_VALUE); // would never end
    }

    @Test
    void aCallEndsOneWait() throws Exception {
        turn.call();
        turn.await(Long.MAX_VALUE);
        turn.await(1); // ends for its time is up: nothing is left of the call
    }

    @Test
    void aThreadThatWaitsGoesOnWhenItIsCalled() {
        CompletableFuture<Void> wait = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                turn.await(Long.MAX_VALUE);
                wait.complete(null);
            } catch (InterruptedException e) {
                wait.completeExceptionally(e);
            }
        });
        thread.start();
        Await.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(wait).isNotDone();
        turn.call();
        wait.join();
    }

    @Test
    void anInterruptEndsTheWaitAndACallThatComesThenIsKept() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> turn.await(Long.MAX_VALUE)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        turn.call();
        turn.await(Long.MAX_VALUE);
    }

    @Test
    void whoeverIsCalledFirstKeepsNobodyElseFromBeingCalled() throws Exception {
        int many = 100;
        CountDownLatch back = new CountDownLatch(many);
        Turn[] turns = new Turn[many];
        for (int i = 0; i < many; i++) {
            Turn each = turns[i] = new Turn();
            new Thread(() -> {
                        try {
                            each.await(Long.MAX_VALUE);
                            back.countDown();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .start();
        }
        for (Turn each : turns) {
            each.call();
        }
        back.await();
    }
}
