package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultTest {

    @Test
    void aLoadThatKeepsUpIsWellAndOneThatDoesNotWithinThePatienceIsNot() throws InterruptedException {
        assertThat(Fault.awaitWell(() -> true, 0)).isTrue();
        assertThat(Fault.awaitWell(() -> false, 0)).isFalse();
    }
}
