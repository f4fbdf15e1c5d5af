package dev.cenote.pool.internal.slot;

import dev.cenote.pool.internal.ScriptedFactory;
import dev.cenote.pool.internal.Thing;
import dev.cenote.pool.internal.run.Nanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import org.junit.jupiter.api.Test;

/** The edges of a slot's word, one at a time, and those that are refused because the word has changed. */
class SlotTest {

    private final Slot<Thing> slot = new Slot<>(3);

    private void makeIdle(int mark) {
        slot.move(Slot.EMPTY, Slot.CREATING);
        assertThat(slot.makeIdle(Slot.CREATING, mark)).as("to be pushed").isTrue();
    }

    @Test
    void anIdleSlotIsLeasedByItsHintAndStaysStored() {
        assertThat(slot.tryLease()).as("empty").isZero();
        makeIdle(0);
        long lease = slot.tryLease();
        assertThat(lease).isEqualTo(slot.word()).isNotZero();
        assertThat(slot.state()).isEqualTo(Slot.LEASED);
        assertThat(Slot.isMarked(slot.word(), Slot.STORED)).isTrue();
        assertThat(slot.tryLease()).as("leased").isZero();
    }

    @Test
    void whatIsToBeValidatedIsNotLeased() {
        makeIdle(Slot.CHECK);
        assertThat(slot.state()).isEqualTo(Slot.IDLE);
        assertThat(Slot.isMarked(slot.word(), Slot.CHECK)).isTrue();
        assertThat(Slot.generation(slot.word())).isZero();
        assertThat(slot.tryLease()).isZero();
        assertThat(slot.tryTakePopped(slot.word(), Slot.VALIDATING)).isTrue();
        assertThat(Slot.isMarked(slot.word(), Slot.CHECK | Slot.STORED)).isFalse();
    }

    @Test
    void noEdgeIsTakenFromAWordThatHasChanged() {
        makeIdle(0);
        long idle = slot.word();
        long lease = slot.tryLease();
        long leased = slot.word();
        assertThat(slot.tryDrop(idle)).isFalse();
        assertThat(slot.tryTake(idle, Slot.RETIRING)).isFalse();
        assertThat(slot.tryTakePopped(idle, Slot.RETIRING)).isFalse();
        assertThat(slot.tryLeasePopped(idle)).isZero();
        slot.tryMarkCheck(idle);
        assertThat(slot.word()).isEqualTo(leased);
        assertThat(slot.tryRelease(lease, 0)).isTrue();
        assertThat(slot.tryRelease(lease, 0)).as("dead").isFalse();
        assertThat(slot.tryEndLease(lease, Slot.RETIRING)).as("dead").isFalse();
        assertThat(slot.tryDetach(lease)).as("dead").isFalse();
        assertThat(slot.currentWord(lease)).isZero();
    }

    @Test
    void aLeaseSurvivesThatItsSlotIsPopped() {
        makeIdle(0);
        long lease = slot.tryLease();
        assertThat(slot.tryDrop(slot.word())).isTrue();
        assertThat(slot.tryRelease(lease, 0)).as("the word has lost its mark").isFalse();
        assertThat(slot.currentWord(lease)).isEqualTo(slot.word());
        assertThat(slot.tryRelease(slot.currentWord(lease), 0)).isTrue();
        assertThat(Slot.isMarked(slot.word(), Slot.STORED))
                .as("pushed by its releaser")
                .isTrue();
    }

    @Test
    void aLeaseWhoseObjectIsToGoCantBeReleasedPlainly() {
        makeIdle(0);
        long lease = slot.tryLease();
        assertThat(slot.markRetire(DestroyReason.EXPIRED)).isEqualTo(slot.word());
        assertThat(slot.markRetire(DestroyReason.DRAINED)).isEqualTo(slot.word());
        assertThat(slot.retireReason()).as("the first").isEqualTo(DestroyReason.EXPIRED);
        assertThat(slot.tryRelease(lease, 0)).isFalse();
        assertThat(slot.currentWord(lease)).isZero();
        assertThat(slot.tryEndLease(lease, Slot.RETIRING)).isTrue();
        slot.empty();
        assertThat(slot.state()).isEqualTo(Slot.EMPTY);
        assertThat(slot.markRetire(DestroyReason.EXPIRED)).as("nothing to mark").isEqualTo(slot.word());
        assertThat(Slot.isMarked(slot.word(), Slot.RETIRE)).isFalse();
    }

    @Test
    void usesAreCountedFromWhenTheSlotWasFilled() {
        makeIdle(0);
        assertThat(slot.tryRelease(slot.tryLease(), 0)).isTrue();
        assertThat(slot.tryTake(slot.word(), Slot.RETIRING)).isTrue();
        slot.empty();
        slot.move(Slot.EMPTY, Slot.CREATING);
        slot.fill(new Thing(1), new ScriptedFactory(), 0, Nanos.FOREVER, Nanos.FOREVER, 2);
        assertThat(slot.uses()).isZero();
        long first = slot.lend(Slot.CREATING);
        assertThat(slot.uses()).isEqualTo(1);
        assertThat(slot.isUsedUp(first)).isFalse();
        assertThat(slot.tryRelease(first, 0)).isTrue();
        assertThat(slot.isUsedUp(slot.tryLease())).isTrue();
    }

    @Test
    void notesOfTheHousekeeperAreOfOneState() {
        makeIdle(0);
        slot.fill(new Thing(1), new ScriptedFactory(), 10, Nanos.FOREVER, 100, 0);
        assertThat(slot.unchangedForAtLeast(50)).as("not seen yet").isZero();
        slot.observe(slot.word(), 50, 40);
        slot.observe(slot.word() | Slot.CHECK, 60, 50);
        assertThat(slot.unchangedForAtLeast(90)).isEqualTo(40);
        assertThat(slot.uncheckedForAtMost(90)).isEqualTo(50);
        assertThat(slot.needsKeepalive(139)).isFalse();
        assertThat(slot.needsKeepalive(140)).isTrue();
        slot.noteChecked(70);
        assertThat(slot.uncheckedForAtMost(90)).isEqualTo(20);
        assertThat(slot.wasCheckedSince(70)).isTrue();
        assertThat(slot.wasCheckedSince(71)).isFalse();
        long lease = slot.tryLease();
        assertThat(slot.isAsObserved(slot.word())).isFalse();
        assertThat(slot.noteReported(lease)).isTrue();
        assertThat(slot.noteReported(lease)).isFalse();
    }

    @Test
    void whatCantHappenIsSaidWithTheSlotThatItHappenedTo() {
        assertThatThrownBy(() -> slot.move(Slot.CREATING, Slot.RETIRING))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("bug")
                .hasMessageContaining("slot 3 state 0 generation 0");
        assertThatThrownBy(() -> slot.move(Slot.EMPTY, Slot.LEASED)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(slot::object).isInstanceOf(AssertionError.class);
        assertThatThrownBy(slot::factory).isInstanceOf(AssertionError.class);
    }
}
