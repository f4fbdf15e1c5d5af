package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Budget;
import dev.cenote.pool.BudgetContract;
import org.junit.jupiter.api.Tag;

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
}
