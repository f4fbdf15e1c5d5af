package dev.cenote.pool.internal.slot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.Thing;
import dev.cenote.pool.internal.run.PoolLock;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HintsTest {

    private final Slot<Thing> slot = new Slot<>(0);

    private static Hints<Thing> prepared(boolean areKept) {
        Hints<Thing> hints = new Hints<>(new PoolLock(), areKept);
        hints.prepare();
        return hints;
    }

    @Test
    void aThreadFindsTheSlotItUsedLastAndOthersDoNot() {
        Hints<Thing> hints = prepared(true);
        hints.set(5, slot);
        assertThat(hints.get(5)).isSameAs(slot);
        assertThat(hints.get(6)).isNotSameAs(slot);
        Slot<Thing> other = new Slot<>(1);
        hints.set(5, other);
        assertThat(hints.get(5)).isSameAs(other);
    }

    @Test
    void neighboursHavePlacesOfTheirOwn() {
        Hints<Thing> hints = prepared(true);
        Set<Slot<Thing>> found = new HashSet<>();
        for (int thread = 0; thread < 64; thread++) {
            hints.set(thread, new Slot<>(thread));
        }
        for (int thread = 0; thread < 64; thread++) {
            found.add(hints.get(thread));
        }
        assertThat(found).hasSize(64);
    }

    @Test
    void whileHintsAreShutNobodyHasOneAndAfterwardsTheyAreThereAgain() {
        Hints<Thing> hints = prepared(true);
        hints.set(5, slot);
        hints.setOpen(false);
        assertThat(hints.get(5).tryLease()).isZero();
        hints.setOpen(true);
        assertThat(hints.get(5)).isSameAs(slot);
    }

    @Test
    void whereHintsAreNotWantedThereIsNone() {
        Hints<Thing> hints = prepared(false);
        hints.set(5, slot);
        assertThat(hints.get(5)).isNotSameAs(slot);
    }

    @Test
    void beforeTheFirstUseThereIsNoTableAndItIsMadeShutIfHintsAreShutThen() {
        Hints<Thing> hints = new Hints<>(new PoolLock(), true);
        hints.set(5, slot);
        assertThat(hints.get(5)).isNotSameAs(slot);
        hints.setOpen(false);
        hints.prepare();
        hints.set(5, slot);
        assertThat(hints.get(5)).isNotSameAs(slot);
        hints.setOpen(true);
        assertThat(hints.get(5)).isSameAs(slot);
    }

    @Test
    void poolsShareTheTableWithoutHints() {
        Hints<Thing> one = new Hints<>(new PoolLock(), true);
        Hints<Thing> other = prepared(true);
        other.setOpen(false);
        assertThat(one.get(5)).isSameAs(other.get(6));
    }

    @Test
    void forgottenHintsAreGoneUntilTheyAreSetAgain() {
        Hints<Thing> hints = prepared(true);
        for (int thread = 0; thread < 1_000; thread++) {
            hints.set(thread, slot);
        }
        hints.forgetAll();
        for (int thread = 0; thread < 1_000; thread++) {
            assertThat(hints.get(thread).tryLease()).isZero();
            assertThat(hints.get(thread)).isNotSameAs(slot);
        }
        hints.set(5, slot);
        assertThat(hints.get(5)).isSameAs(slot);
    }
}
