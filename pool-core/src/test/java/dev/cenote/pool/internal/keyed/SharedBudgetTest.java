package dev.cenote.pool.internal.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Budget;
import dev.cenote.pool.BudgetContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The budget of the pools of one process. */
@Tag("P16")
@Tag("P17")
@Tag("P18")
@Tag("P19")
class SharedBudgetTest extends BudgetContract {

    @Override
    protected Budget newBudget(int max) {
        return Budget.of(max);
    }

    @Test
    void aPlaceThatWasSetAsideIsNotTakenOnceTheBudgetIsSmaller() {
        SharedBudget budget = new SharedBudget(2);
        Budget.Share holder = budget.join(new PassiveMember());
        assertThat(holder.take() && holder.take()).isTrue();
        Budget.Share hungry = budget.join(new PassiveMember());
        hungry.hungry(1, 1);
        holder.giveBack();
        assertThat(hungry.room()).as("it was set aside").isEqualTo(1);
        budget.resize(1);
        assertThat(hungry.room()).isZero();
        assertThat(hungry.take()).isFalse();
        holder.giveBack();
        assertThat(hungry.take()).isTrue();
        assertThat(budget.held()).isEqualTo(1);
    }
}
