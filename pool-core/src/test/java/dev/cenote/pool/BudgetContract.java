package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What an implementation of {@link Budget} promises. A subclass says how to make one, and for which pools of the promises of order
 * hold. The members here are pools without objects: they take what they want, and evict what they have idle.
 */
public abstract class BudgetContract {

    /** For subclasses. */
    protected BudgetContract() {}

    /** A new budget of that many places, whose members are all in this process. */
    protected abstract Budget newBudget(int max);

    /** A pool as far as a budget sees it. */
    protected static final class TestMember implements Budget.Member {
        private final String name;
        private final int reserved;
        private final int weight;
        private final Budget.Share share;
        private long now;
        int held;
        int idle;
        int waiting;
        int leaving;
        int served;
        int conversions;

        TestMember(Budget budget, String name, int reserved, int weight) {
            this.name = name;
            this.reserved = reserved;
            this.weight = weight;
            share = budget.join(this);
        }

        /** A caller comes, and takes what is idle, or what can be made, or waits. */
        void acquire() {
            if (idle > 0 && !share.isWatched()) {
                idle--;
                served++;
                return;
            }
            waiting++;
            lookAround();
            share.settle();
        }

        /** A caller goes away again. */
        void leave() {
            waiting--;
            tell();
            share.settle();
        }

        private void lookAround() {
            while (idle > 0 && (waiting > 0 || share.isWatched())) {
                if (share.isWatched() && !share.mayKeep(waiting > 0)) {
                    idle--;
                    leaving++;
                    conversions += waiting > 0 ? 1 : 0;
                } else if (waiting > 0) {
                    idle--;
                    waiting--;
                    served++;
                } else {
                    break;
                }
            }
            while (waiting > 0 && take()) {
                share.lent();
                waiting--;
                served++;
            }
            tell();
        }

        private boolean take() {
            boolean hasTaken = share.take();
            held += hasTaken ? 1 : 0;
            return hasTaken;
        }

        private void tell() {
            share.leaving(leaving);
            if (waiting > 0) {
                share.hungry(waiting, waiting);
            } else {
                share.fed();
            }
        }

        /** A lease ends: the object is idle, or the next waiter's, or destroyed for others. */
        void release() {
            idle++;
            lookAround();
            share.settle();
        }

        /** A create fails. The caller that wanted the object has left meanwhile. */
        void failToCreate() {
            if (take()) {
                held--;
                share.giveBack();
                tell();
                share.settle();
            }
        }

        /** All that are being destroyed are gone. */
        void endDestroys() {
            for (; leaving > 0; leaving--) {
                held--;
                share.giveBack();
            }
            lookAround();
            share.settle();
        }

        void close() {
            leaving += idle;
            idle = 0;
            waiting = 0;
            tell();
            endDestroys();
            if (held == 0) {
                share.leave();
            }
        }

        int leased() {
            return held - idle - leaving;
        }

        @Override
        public int reserved() {
            return reserved;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public void offered() {
            lookAround();
        }

        @Override
        public void yieldIdle() {
            while (idle > 0 && !share.mayKeep(false)) {
                idle--;
                leaving++;
            }
            tell();
        }

        @Override
        public long idleSinceNanos() {
            return now;
        }

        void isIdleSince(long instant) {
            now = instant;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A member that does nothing by itself. */
    public static final class PassiveMember implements Budget.Member {
        @Override
        public int reserved() {
            return 0;
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public void offered() {}

        @Override
        public void yieldIdle() {}

        @Override
        public long idleSinceNanos() {
            return 0;
        }
    }

    protected static TestMember member(Budget budget, String name) {
        return new TestMember(budget, name, 0, 1);
    }

    @Test
    public void placesAreTakenAndGivenBack() {
        Budget budget = newBudget(2);
        TestMember pool = member(budget, "a");
        assertThat(budget.max()).isEqualTo(2);
        assertThat(pool.share.room()).isEqualTo(2);
        assertThat(pool.share.take()).isTrue();
        assertThat(pool.share.take()).isTrue();
        assertThat(pool.share.take()).isFalse();
        assertThat(pool.share.room()).isZero();
        pool.share.giveBack();
        assertThat(pool.share.room()).isEqualTo(1);
        assertThat(pool.share.take()).isTrue();
    }

    @Test
    public void whatIsReservedForAPoolThatClosesIsFreeForTheNext() {
        Budget budget = newBudget(2);
        TestMember closing = new TestMember(budget, "closing", 2, 1);
        closing.share.take();
        closing.share.closing();
        TestMember next = new TestMember(budget, "next", 2, 1);
        assertThat(next.share.take()).isTrue();
        assertThat(next.share.take()).as("the other place is held still").isFalse();
        closing.share.giveBack();
        closing.share.leave();
        assertThat(next.share.take()).isTrue();
    }

    @Test
    public void aPlaceThatComesFreeIsOfferedToThePoolThatIsHungry() {
        Budget budget = newBudget(1);
        TestMember holder = member(budget, "holder");
        TestMember hungry = member(budget, "hungry");
        holder.acquire();
        hungry.acquire();
        assertThat(hungry.waiting).isEqualTo(1);
        holder.release(); // nobody waits there: it goes
        holder.endDestroys();
        assertThat(hungry.waiting).isZero();
        assertThat(hungry.held).isEqualTo(1);
        assertThat(holder.held).isZero();
    }

    @Test
    public void aPlaceThatIsSetAsideCanNotBeTakenByAnother() {
        Budget budget = newBudget(1);
        TestMember holder = member(budget, "holder");
        TestMember hungry = member(budget, "hungry");
        assertThat(holder.share.take()).isTrue();
        hungry.share.hungry(1, 1);
        holder.share.giveBack();
        assertThat(holder.share.take())
                .as("it belongs to the one that is hungry")
                .isFalse();
        assertThat(hungry.share.take()).isTrue();
    }

    @Test
    public void aPoolThatIsFedGivesAwayWhatWasSetAsideForIt() {
        Budget budget = newBudget(1);
        TestMember holder = member(budget, "holder");
        TestMember first = member(budget, "first");
        TestMember second = member(budget, "second");
        assertThat(holder.share.take()).isTrue();
        first.share.hungry(1, 1);
        second.acquire();
        holder.share.giveBack();
        first.share.fed();
        first.share.settle();
        assertThat(second.held).isEqualTo(1);
    }

    @Test
    public void anIdleObjectIsEvictedForThePoolThatIsHungry() {
        Budget budget = newBudget(2);
        TestMember busy = member(budget, "busy");
        TestMember idle = member(budget, "idle");
        TestMember hungry = member(budget, "hungry");
        busy.acquire();
        idle.acquire();
        idle.release();
        hungry.acquire();
        assertThat(idle.leaving).isEqualTo(1);
        assertThat(busy.leaving).isZero();
        idle.endDestroys();
        assertThat(hungry.held).isEqualTo(1);
    }

    @Test
    public void theObjectThatHasBeenIdleLongestIsEvicted() {
        Budget budget = newBudget(3);
        List<TestMember> members = List.of(member(budget, "a"), member(budget, "b"), member(budget, "c"));
        members.forEach(TestMember::acquire);
        members.forEach(TestMember::release);
        members.get(0).isIdleSince(30);
        members.get(1).isIdleSince(10);
        members.get(2).isIdleSince(20);
        TestMember hungry = member(budget, "hungry");
        hungry.acquire();
        assertThat(members).extracting(it -> it.leaving).containsExactly(0, 1, 0);
    }

    @Test
    public void noMoreIsEvictedThanIsWanted() {
        Budget budget = newBudget(4);
        TestMember idle = member(budget, "idle");
        for (int i = 0; i < 4; i++) {
            idle.acquire();
        }
        for (int i = 0; i < 4; i++) {
            idle.release();
        }
        TestMember hungry = member(budget, "hungry");
        hungry.acquire();
        hungry.acquire();
        assertThat(idle.leaving).isEqualTo(2);
        assertThat(idle.idle).isEqualTo(2);
    }

    @Test
    public void whatIsReservedIsNotEvictedAndComesBackFirst() {
        Budget budget = newBudget(2);
        TestMember reserved = new TestMember(budget, "reserved", 1, 1);
        TestMember other = member(budget, "other");
        reserved.acquire();
        reserved.release();
        other.acquire();
        other.acquire();
        assertThat(reserved.idle).as("it stays").isEqualTo(1);
        assertThat(other.waiting).isEqualTo(1);
        reserved.close();
        assertThat(other.held).isEqualTo(2);
        other.acquire();
        TestMember again = new TestMember(budget, "again", 1, 1);
        again.acquire();
        other.release();
        other.endDestroys();
        assertThat(again.held)
                .as("before the waiter of the pool that had lent it")
                .isEqualTo(1);
    }

    @Test
    public void moreCanNotBeReservedThanThereIs() {
        Budget budget = newBudget(3);
        TestMember first = new TestMember(budget, "first", 2, 1);
        assertThatThrownBy(() -> new TestMember(budget, "second", 2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 of 3")
                .hasMessageContaining("2");
        first.close();
        new TestMember(budget, "third", 3, 1).close();
    }

    @Test
    public void aSaturatedPoolGivesUpAnObjectAfterItsQuantum() {
        Budget budget = newBudget(2);
        TestMember saturated = member(budget, "saturated");
        for (int i = 0; i < 200; i++) {
            saturated.acquire();
        }
        TestMember hungry = member(budget, "hungry");
        hungry.acquire();
        int before = saturated.served;
        while (hungry.waiting > 0) {
            saturated.release();
            saturated.endDestroys();
            assertThat(saturated.served - before).isLessThanOrEqualTo(8);
        }
        assertThat(saturated.conversions).isEqualTo(1);
    }

    /** P17 and P19, for pools of any weight that want more than they have, some of whose creates fail. */
    @Test
    public void saturatedPoolsTakeTurnsWhateverTheirWeights() {
        long first = System.nanoTime();
        System.out.println("turns: 300, seeds from " + first);
        for (long seed = first; seed < first + 300; seed++) {
            try {
                new Saturated(newBudget(1 + Math.floorMod(seed, 6)), new SplittableRandom(seed)).run();
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
    }

    private static final class Saturated {
        private static final int QUANTUM = 8;
        private static final double ROUNDING = 1e-6;

        private final SplittableRandom random;
        private final List<TestMember> members = new ArrayList<>();
        private final TestMember light;

        Saturated(Budget budget, SplittableRandom random) {
            this.random = random;
            int count = 2 + random.nextInt(5);
            int heaviest = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                members.add(new TestMember(budget, "m" + i, 0, 1 + random.nextInt(heaviest)));
            }
            light = member(budget, "light");
            for (TestMember one : members) {
                for (int i = 0; i < budget.max() + 3_000; i++) {
                    one.acquire();
                }
            }
        }

        void run() {
            for (int round = 0; round < 5; round++) {
                steps(random.nextInt(200), false);
                light.acquire();
                double before = leases();
                steps(100_000, true);
                assertThat(leases() - before)
                        .as("P17: leases of others, by weight, before the one of a pool that had none")
                        .isLessThanOrEqualTo((areWeightsEqual() ? 1 : 2) * QUANTUM * members.size() + ROUNDING);
                light.release();
                light.endDestroys();
            }
            int conversions = members.stream().mapToInt(it -> it.conversions).sum();
            assertThat(leases() + light.served)
                    .as("P19: leases, by weight, of %d conversions", conversions)
                    .isGreaterThanOrEqualTo(conversions * QUANTUM - ROUNDING);
        }

        private void steps(int most, boolean untilServed) {
            for (int i = 0; i < most && !(untilServed && light.waiting == 0); i++) {
                TestMember one = members.get(random.nextInt(members.size()));
                if (random.nextInt(20) == 0) {
                    one.failToCreate();
                } else if (one.leased() > 0) {
                    one.release();
                    one.endDestroys();
                }
            }
        }

        private boolean areWeightsEqual() {
            return members.stream().allMatch(it -> it.weight == light.weight);
        }

        private double leases() {
            return members.stream()
                    .mapToDouble(it -> (double) it.served / it.weight)
                    .sum();
        }
    }

    @Test
    public void poolsWithoutObjectsAreServedInTheOrderInWhichTheyBecameHungry() {
        Budget budget = newBudget(1);
        TestMember saturated = member(budget, "saturated");
        for (int i = 0; i < 200; i++) {
            saturated.acquire();
        }
        List<TestMember> hungry = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            hungry.add(member(budget, "hungry " + i));
            hungry.get(i).acquire();
        }
        List<TestMember> order = new ArrayList<>();
        TestMember holder = saturated;
        while (order.size() < hungry.size()) {
            holder.release();
            holder.endDestroys();
            for (TestMember one : hungry) {
                if (one.held > 0 && !order.contains(one)) {
                    order.add(one);
                    holder = one;
                }
            }
        }
        assertThat(order).isEqualTo(hungry);
    }

    @Test
    public void poolsThatHaveTheirShareDoNotTakeFromEachOther() {
        Budget budget = newBudget(4);
        List<TestMember> both = List.of(member(budget, "a"), member(budget, "b"));
        for (TestMember one : both) {
            one.acquire();
            one.acquire();
        }
        for (TestMember one : both) {
            for (int i = 0; i < 200; i++) {
                one.acquire();
            }
        }
        for (int i = 0; i < 100; i++) {
            both.forEach(TestMember::release);
        }
        assertThat(both).extracting(it -> it.conversions).containsOnly(0);
    }

    @Test
    public void sharesAreAsTheWeights() {
        Budget budget = newBudget(8);
        TestMember light = new TestMember(budget, "light", 0, 1);
        TestMember heavy = new TestMember(budget, "heavy", 0, 3);
        for (int i = 0; i < 100_000; i++) {
            light.acquire();
            heavy.acquire();
        }
        for (int i = 0; i < 1_000; i++) {
            for (TestMember one : List.of(light, heavy)) {
                for (int leases = one.leased(); leases > 0; leases--) {
                    one.release();
                    one.endDestroys();
                }
            }
        }
        assertThat(heavy.held).isEqualTo(6);
        assertThat(light.held).isEqualTo(2);
    }

    /** P16, P17, P18 and P19 in random programs. */
    @Test
    public void theBoundHoldsAndNobodyStarvesWhateverHappens() {
        long first = System.nanoTime();
        System.out.println("budgets: 300, seeds from " + first);
        for (long seed = first; seed < first + 300; seed++) {
            try {
                new RandomMembers(newBudget(1 + Math.floorMod(seed, 6)), new SplittableRandom(seed)).run();
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
    }

    private static final class RandomMembers {
        private final Budget budget;
        private final SplittableRandom random;
        private final List<TestMember> members = new ArrayList<>();

        RandomMembers(Budget budget, SplittableRandom random) {
            this.budget = budget;
            this.random = random;
            int count = 2 + random.nextInt(6);
            int left = budget.max() - 1; // what is reserved for others a pool may never get
            for (int i = 0; i < count; i++) {
                int reserved = random.nextInt(4) == 0 ? random.nextInt(left + 1) : 0;
                left -= reserved;
                members.add(new TestMember(budget, "m" + i, reserved, 1 + random.nextInt(3)));
            }
        }

        void run() {
            for (int step = 0; step < 300; step++) {
                TestMember one = members.get(random.nextInt(members.size()));
                switch (random.nextInt(6)) {
                    case 0, 1 -> one.acquire();
                    case 2, 3 -> {
                        if (one.leased() > 0) {
                            one.release();
                        }
                    }
                    case 4 -> one.endDestroys();
                    default -> {
                        if (one.waiting > 0) {
                            one.leave();
                        }
                    }
                }
                check();
            }
            int waiting = members.stream().mapToInt(it -> it.waiting).sum();
            for (int step = 0; waiting > 0; step++) {
                assertThat(step).as("all are served in the end").isLessThan(10_000);
                for (TestMember one : members) {
                    for (int leased = one.leased(); leased > 0; leased--) {
                        one.release();
                    }
                    one.endDestroys();
                    check();
                }
                waiting = members.stream().mapToInt(it -> it.waiting).sum();
            }
            members.forEach(one -> {
                for (int leased = one.leased(); leased > 0; leased--) {
                    one.release();
                }
            });
            members.forEach(TestMember::close);
            TestMember last = member(budget, "last");
            assertThat(last.share.room()).as("no place is lost").isEqualTo(budget.max());
            last.share.leave();
        }

        private void check() {
            int held = members.stream().mapToInt(it -> it.held).sum();
            assertThat(held).as("P16").isLessThanOrEqualTo(budget.max());
            int wanted = members.stream().mapToInt(it -> it.waiting).sum();
            int leaving = members.stream().mapToInt(it -> it.leaving).sum();
            int free = budget.max() - held;
            for (TestMember one : members) {
                boolean isEvictable = one.idle > 0 && one.held - one.leaving > one.reserved;
                boolean othersWait = wanted - one.waiting > leaving + free;
                assertThat(isEvictable && othersWait)
                        .as("P18: %s has something idle, and others wait", one)
                        .isFalse();
            }
            if (wanted > 0) {
                assertThat(free).as("P5: a place is free, and somebody waits").isZero();
            }
        }
    }
}
