package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Objects that may not work any more are looked at before they are lent, and none is waited for longer than it must
 * be.
 */
class ValidatingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final Set<Integer> dead = new HashSet<>();
    private int validations;
    private final ManualExecutor executor = new ManualExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    @Tag("P2")
    void anObjectThatIsBeingValidatedIsNobodysElse() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).validator(thing -> true))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            executor.runAll();
            first.join().close();
            test.advance(Duration.ofSeconds(2));
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            assertThat(test.stats().validating()).isEqualTo(1);
            assertThat(test.pool.tryAcquire()).isEmpty();
            test.advance(Duration.ofHours(1)); // neither evicted nor expired while somebody looks at it
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isZero();
            executor.runAll();
            assertThat(waiter).isCompletedExceptionally(); // its own time was up
        }
    }

    private boolean isAlive(Thing thing) {
        validations++;
        return !dead.contains(thing.number);
    }

    /** A pool with so many idle objects. */
    private TestPool idle(int count, ManualExecutor executor) {
        TestPool test = new TestPool(executor, it -> it.maxSize(count).validator(this::isAlive));
        List<CompletableFuture<Lease<Thing>>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(test.pool.acquireAsync());
        }
        executor.runAll();
        leases.forEach(lease -> lease.join().close());
        assertThat(test.stats().idle()).isEqualTo(count);
        return test;
    }

    /** A pool with objects whose validator callers ask themselves, each time. */
    private TestPool onCaller(int count, UnaryOperator<PoolBuilder<Thing>> settings) {
        TestPool test = new TestPool(
                executor,
                it -> settings.apply(it.maxSize(count))
                        .validateIfIdleFor(Duration.ZERO)
                        .validator(((Validator<Thing>) this::isAlive).onCaller()));
        CompletableFuture<Void> warm = test.pool.warmUp(count);
        executor.runAll();
        assertThat(warm).isDone();
        return test;
    }

    @Test
    @Tag("P12")
    void anObjectThatIsTakenBackBeforeItsCallerCanValidateItIsNobodysError() {
        try (TestPool test = onCaller(1, it -> it)) {
            test.acquire();
            Slot<Thing> slot = test.pool.engine().slots.at(0);
            Grant<Thing> grant = new Grant<>(slot, slot.word());
            int before = validations;
            test.pool.shutdown(Duration.ZERO);
            executor.runAll();
            assertThat(test.pool.engine().validation.passesOnCaller(grant)).isTrue();
            assertThat(validations).as("the object is gone").isEqualTo(before);
        }
    }

    @Test
    @Tag("P9")
    void aValidatorWhoseFailureCannotBeLoggedCostsNoPlace() {
        boolean[] isBroken = {true};
        Validator<Thing> validator = thing -> {
            if (isBroken[0]) {
                throw (Error) ThrowingTest.Thrown.UNTELLABLE.throwable;
            }
            return true;
        };
        RecordedLog.during(
                () -> { // it asks for the message
                    try (TestPool test = new TestPool(
                            it -> it.maxSize(1).validateIfIdleFor(Duration.ZERO).validator(validator.onCaller()))) {
                        test.acquire().close();
                        assertThat(test.pool.tryAcquire()).isEmpty();
                        isBroken[0] = false;
                        test.acquire().close();
                        assertThat(test.stats().total()).isEqualTo(1);
                    }
                });
    }

    @Test
    @Tag("P2")
    void anObjectThatIsTheNextHoldersByThenIsNotValidated() {
        try (TestPool test = onCaller(1, it -> it)) {
            Lease<Thing> first = test.acquire();
            Slot<Thing> slot = test.pool.engine().slots.at(0);
            Grant<Thing> grant = new Grant<>(slot, slot.word());
            first.close();
            test.acquire();
            int before = validations;
            assertThat(test.pool.engine().validation.passesOnCaller(grant)).isTrue();
            assertThat(validations).isEqualTo(before);
        }
    }

    @Test
    @Tag("P15")
    void whatIsCheapIsAskedOnTheThreadThatAcquires() {
        try (TestPool test = onCaller(3, it -> it)) {
            test.acquire().close();
            test.pool.tryAcquire().orElseThrow().close();
            test.pool.acquireAsync().join().close();
            assertThat(validations).isEqualTo(3);
            assertThat(test.stats().validations()).isEqualTo(3);
            assertThat(executor.size()).isZero();
        }
    }

    @Test
    @Tag("P15")
    @Tag("F31")
    void aDeadObjectIsGivenUpByTheCallerThatMeetsItAndTheNextOneIsTried() {
        try (TestPool test = onCaller(3, it -> it)) {
            dead.addAll(List.of(1, 2));
            Thread.currentThread().interrupt();
            Lease<Thing> lease = test.acquire();
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
            assertThat(lease.get().number).isZero();
            PoolStats stats = test.stats();
            assertThat(stats.acquired()).as("given to callers").isEqualTo(1);
            assertThat(stats.leased()).isEqualTo(1);
            assertThat(stats.validationFailures()).isEqualTo(2);
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(2);
            lease.close();
        }
    }

    @Test
    @Tag("P4")
    @Tag("P5")
    void whoeverWaitsIsServedByTheThreadThatReleasesAfterALook() {
        try (TestPool test = onCaller(1, it -> it)) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            held.close();
            assertThat(first).isDone();
            assertThat(second).isNotDone();
            assertThat(validations).isEqualTo(2);
            dead.add(0);
            first.join().close(); // is not good for the second one
            executor.runAll();
            second.join().close();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void whatThePoolValidatesByItselfIsValidatedOnTheExecutor() {
        try (TestPool test = onCaller(1, it -> it.keepaliveTime(SECOND))) {
            test.advance(Duration.ofSeconds(2));
            assertThat(validations).isZero();
            assertThat(executor.size()).isEqualTo(1);
            executor.runAll();
            assertThat(validations).isEqualTo(1);
        }
    }

    @Test
    @Tag("F31")
    @Tag("C14")
    void tenDeadObjectsCostOneCallerTwoLooksNotTen() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = idle(11, executor)) {
            for (int i = 0; i < 11; i++) {
                dead.add(i);
            }
            dead.remove(0); // the one that is looked at last
            test.advance(Duration.ofSeconds(2));
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            assertThat(test.stats().validating()).isEqualTo(1);
            executor.runNext();
            assertThat(test.stats().validating()).as("all others, at once").isEqualTo(10);
            executor.runAll();
            assertThat(future.join().get().number).isZero();
            assertThat(validations).isEqualTo(11);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(10);
            future.join().close();
        }
    }

    @Test
    @Tag("F31")
    void aCallerGetsTheFirstOfTheSuspectsThatPasses() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = idle(3, executor)) {
            Lease<Thing> lease = test.acquire();
            lease.invalidate(new IllegalStateException("the server is gone"));
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            assertThat(future).isNotDone();
            assertThat(test.stats().validating()).isEqualTo(2);
            while (!future.isDone()) {
                executor.runNext();
            }
            assertThat(validations).isEqualTo(1);
            executor.runAll();
            assertThat(validations).isEqualTo(2);
            future.join().close();
        }
    }

    @Test
    @Tag("C14")
    void aFaultIsToldAndMakesOthersSuspectButPlainInvalidationDoesNot() {
        List<Throwable> faults = new ArrayList<>();
        try (TestPool test =
                new TestPool(it -> it.maxSize(3).validator(this::isAlive).listener(new PoolListener() {
                    @Override
                    public void faultReported(Throwable cause) {
                        faults.add(cause);
                    }
                }))) {
            List<Lease<Thing>> leases = test.acquire(3);
            leases.get(0).close();
            leases.get(1).invalidate();
            assertThat(validations).isZero();
            IllegalStateException cause = new IllegalStateException("the server is gone");
            leases.get(2).invalidate(cause);
            assertThat(validations).isEqualTo(1);
            assertThat(faults).containsExactly(cause);
            leases.get(2).invalidate(cause);
            assertThat(faults).as("told once").hasSize(1);
            assertThat(test.stats().staleCloses()).isEqualTo(1);
        }
    }

    @Test
    @Tag("C14")
    void manyWhoReportOneFaultCostOneRound() {
        try (TestPool test = new TestPool(
                it -> it.maxSize(100).validateIfIdleFor(Duration.ofDays(1)).validator(this::isAlive))) {
            List<Lease<Thing>> leases = test.acquire(100);
            leases.subList(50, 100).forEach(Lease::close);
            leases.subList(0, 50).forEach(lease -> lease.invalidate(new IllegalStateException("failover")));
            assertThat(validations).isEqualTo(50);
            test.advance(SECOND);
            test.acquire().invalidate(new IllegalStateException("another one"));
            assertThat(validations).isEqualTo(50 + 49);
        }
    }

    /** However short it was idle, and whether somebody waits or not. */
    @Test
    void whatIsReleasedAsSuspectIsValidatedBeforeAnybodyElseGetsIt() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = idle(1, executor)) {
            Lease<Thing> lease = test.acquire();
            lease.closeAndValidate();
            lease.close();
            assertThat(test.stats().staleCloses()).isEqualTo(1);
            assertThat(validations).as("not on the releasing thread").isZero();
            assertThat(test.stats().validating()).isEqualTo(1);
            assertThat(test.pool.tryAcquire()).isEmpty();
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            executor.runAll();
            assertThat(validations).isEqualTo(1);
            assertThat(future.join().get().number).isZero();
            future.join().closeAndValidate();
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(1);
            dead.add(0);
            test.acquire().closeAndValidate();
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            assertThat(test.stats().acquired()).isEqualTo(test.stats().released());
        }
    }

    @Test
    void withoutAValidatorASuspectIsReleasedPlainly() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().closeAndValidate();
            assertThat(test.stats().idle()).isEqualTo(1);
            assertThat(test.stats().validations()).isZero();
        }
    }

    @Test
    void aValidatorThatThrowsIsToldButNotEachTime() {
        List<String> log = RecordedLog.inFullDuring(() -> {
            try (TestPool test = new TestPool(it -> it.maxSize(1).validator(thing -> {
                throw new IllegalStateException("no such table");
            }))) {
                for (int i = 0; i < 50; i++) {
                    test.acquire().close();
                    test.advance(Duration.ofSeconds(2));
                }
                assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED))
                        .isEqualTo(49);
            }
        });
        assertThat(log.stream().filter(line -> line.contains("the validator threw")))
                .as("in 98 s")
                .hasSize(2);
        assertThat(log).anySatisfy(line -> assertThat(line).contains("no such table"));
    }

    @Test
    @Tag("C14")
    void afterAFaultDeadObjectsAreNotHandedOutOneAfterTheOther() {
        List<Thing> looked = new ArrayList<>();
        try (TestPool test = new TestPool(it -> it.maxSize(10).validator(thing -> {
            looked.add(thing);
            return thing.number >= 10; // those made before the failover are dead
        }))) {
            List<Lease<Thing>> leases = test.acquire(10);
            leases.subList(1, 10).forEach(Lease::close);
            leases.get(0).invalidate(new IllegalStateException("the server failed over"));
            assertThat(looked).as("all at once, before anybody asks").hasSize(9);
            Lease<Thing> next = test.acquire();
            assertThat(next.get().number).isGreaterThanOrEqualTo(10);
            next.close();
        }
    }

    @Test
    @Tag("C13")
    void aValidationThatHangsDoesNotHangTheCaller() {
        AtomicInteger validations = new AtomicInteger();
        CountDownLatch stuck = new CountDownLatch(1);
        try (TestPool test = new TestPool(
                task -> new Thread(task).start(),
                it -> it.maxSize(2)
                        .validationTimeout(SECOND)
                        .validateIfIdleFor(Duration.ZERO)
                        .validator(thing -> {
                            if (validations.incrementAndGet() == 1) {
                                stuck.await();
                            }
                            return true;
                        }))) {
            test.lettingCallsHang();
            test.acquire(2).forEach(Lease::close);
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            Await.until(() -> validations.get() == 1);
            test.advance(SECOND);
            Await.until(future::isDone);
            future.join().close();
            stuck.countDown();
            Await.until(() -> test.stats().validating() + test.stats().retiring() == 0);
        }
    }

    @Test
    @Tag("C15")
    void whenValidationIsSkippedIsASetting() {
        AtomicInteger validations = new AtomicInteger();
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .validateIfIdleFor(SECOND.multipliedBy(3))
                .validator(thing -> validations.incrementAndGet() > 0))) {
            test.acquire().close();
            test.advance(SECOND, 1);
            test.acquire().close();
            assertThat(validations).hasValue(0);
            test.advance(SECOND, 4);
            test.acquire().close();
            assertThat(validations).hasValue(1);
            assertThat(test.stats().validations()).isEqualTo(1);
        }
    }

    /** A pool with ten idle objects that have to be checked before they are lent. */
    private TestPool tenUnchecked() {
        TestPool test = new TestPool(
                executor, it -> it.maxSize(10).validationTimeout(SECOND).validator(thing -> thing.number >= 10));
        CompletableFuture<Void> warm = test.pool.warmUp(10);
        executor.runAll();
        assertThat(warm).isCompleted();
        test.advance(SECOND);
        test.advance(SECOND);
        return test;
    }

    @Test
    @Tag("F31")
    void tenObjectsWhoseValidationHangsCostOneCallerTwoTimeOutsNotTen() {
        try (TestPool test = tenUnchecked()) {
            test.lettingCallsHang();
            CompletableFuture<Lease<Thing>> caller = test.pool.acquireAsync();
            List<Runnable> hanging = new ArrayList<>();
            for (int timeOuts = 0; timeOuts < 2; timeOuts++) {
                while (executor.size() > 0) {
                    hanging.add(executor.takeNext());
                }
                assertThat(caller).isNotDone();
                test.advance(SECOND);
            }
            executor.runAll();
            assertThat(caller).isCompleted();
            assertThat(hanging).hasSize(1 + 1 + 9); // a check, a destroy, the other checks
            hanging.forEach(Runnable::run);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(10);
            caller.join().close();
        }
    }

    @Test
    @Tag("F31")
    void aValidatorThatRejectsAllCostsOneCallerTwoLooks() {
        try (TestPool test = tenUnchecked()) {
            CompletableFuture<Lease<Thing>> caller = test.pool.acquireAsync();
            executor.runNext();
            assertThat(test.stats().validating()).as("all the others, at once").isEqualTo(9);
            executor.runAll();
            assertThat(caller).isCompleted();
            assertThat(caller.join().get().number).isGreaterThanOrEqualTo(10);
            caller.join().close();
        }
    }

    @Test
    @Tag("F32")
    void noMoreIdleObjectsAreTakenToBeCheckedThanThereAreCallers() {
        try (TestPool test = tenUnchecked()) {
            assertThat(test.stats().validating()).isZero();
            List<CompletableFuture<Lease<Thing>>> callers =
                    List.of(test.pool.acquireAsync(), test.pool.acquireAsync(), test.pool.acquireAsync());
            assertThat(test.stats().validating()).isEqualTo(3);
            assertThat(test.stats().idle()).isEqualTo(7);
            executor.runAll();
            callers.forEach(caller -> caller.thenAccept(Lease::close));
            executor.runAll();
        }
    }

    @Test
    @Tag("P14")
    @Tag("F61")
    void aCheckThatHangsHelpsNobodyWhileGoodObjectsAreIdle() {
        try (TestPool test = TestPool.tenWhoseFirstCheckHangs(calls, over)) {
            test.lettingCallsHang();
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync(SECOND);
            Await.until(() -> calls.get() == 1);
            test.pass(TENTH);
            Await.until(first::isDone);
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync(SECOND);
            test.pass(TENTH);
            Await.until(second::isDone);
            first.join().close();
            second.join().close();
            over.countDown();
        }
    }

    @Test
    @Tag("P14")
    @Tag("F61")
    void aCheckThatHangsHelpsNoHastyWaiterThoughItWasBegunForAPatientOne() {
        try (TestPool test = TestPool.validating(executor, it -> it.maxSize(3).validateIfIdleFor(Duration.ZERO))) {
            List<Lease<Thing>> leases = test.acquireMade(3);
            CompletableFuture<Lease<Thing>> patient = test.pool.acquireAsync(SECOND.multipliedBy(30));
            CompletableFuture<Lease<Thing>> hasty = test.pool.acquireAsync(SECOND);
            leases.get(0).close();
            Runnable hanging = executor.takeNext();
            leases.get(1).close();
            executor.runNext();
            assertThat(patient).isCompleted();
            leases.get(2).close();
            test.pass(TENTH);
            executor.runNext();
            assertThat(hasty).isCompleted();
            hanging.run();
            patient.join().close();
            hasty.join().close();
            executor.runAll();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGoodObjectIsFoundBehindUncheckedOnes(IdleOrder order) throws Exception {
        try (TestPool test = TestPool.validating(executor, it -> it.maxSize(3).idleOrder(order))) {
            List<Lease<Thing>> leases = test.acquireMade(3);
            leases.get(0).close();
            test.acquire().close(); // so that this thread gets it again, wherever it lies
            leases.get(1).close();
            leases.get(2).close();
            Lease<Thing> good = test.acquire();
            test.advance(Duration.ofMillis(250), 8);
            good.close(); // in both orders the two that are unchecked lie before it
            AtomicReference<CompletableFuture<Lease<Thing>>> newcomer = new AtomicReference<>();
            started(() -> newcomer.set(test.pool.acquireAsync())).join(); // a thread that never had one
            assertThat(newcomer.get()).isCompleted();
            assertThat(test.stats().validating()).isZero();
            newcomer.get().join().close();
        }
    }

    @Test
    void whatLiesIdleIsKeptAliveEachInItsOwnTime() {
        Duration minute = Duration.ofMinutes(1);
        try (TestPool test = new TestPool(it -> it.maxSize(10)
                .keepaliveTime(minute)
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(this::isAlive))) {
            test.acquire(10).forEach(Lease::close);
            Set<Integer> counts = new HashSet<>();
            for (int second = 1; second <= 75; second++) {
                test.advance(SECOND);
                assertThat(second < 47 ? validations : 0)
                        .as("after %d s", second)
                        .isZero();
                counts.add(validations);
            }
            assertThat(validations).isEqualTo(10);
            assertThat(counts).as("not all at once").hasSizeGreaterThan(2);
            dead.addAll(Set.of(3, 7));
            for (int second = 0; second < 75; second++) {
                test.advance(SECOND);
            }
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(2);
        }
    }

    @Test
    void whatIsInUseNeedsNoKeepalive() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .keepaliveTime(Duration.ofSeconds(10))
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(this::isAlive))) {
            for (int second = 0; second < 60; second++) {
                test.acquire().close();
                test.advance(SECOND);
            }
            assertThat(validations).isZero();
        }
    }

    private static final int MANY = 1_000;

    /** A pool that counts what is popped. */
    private TestPool counting(AtomicInteger pops, Executor executor, IdleOrder order) {
        return new TestPool(
                executor,
                it -> it.maxSize(MANY)
                        .maxConcurrentCreates(MANY)
                        .idleOrder(order)
                        .validator(this::isAlive),
                config -> TestPool.withStore(config, store -> new IdleStore<>() {
                    @Override
                    public void push(Slot<Thing> slot) {
                        store.push(slot);
                    }

                    @Override
                    public Slot<Thing> pop() {
                        pops.incrementAndGet();
                        return store.pop();
                    }

                    @Override
                    public boolean isEmpty() {
                        return store.isEmpty();
                    }
                }));
    }

    @Test
    void aCallerBeforeThousandsOfUncheckedObjectsMovesAFewOfThem() {
        for (IdleOrder order : IdleOrder.values()) {
            ManualExecutor executor = new ManualExecutor();
            AtomicInteger pops = new AtomicInteger();
            try (TestPool test = counting(pops, executor, order)) {
                test.pool.warmUp(MANY);
                executor.runAll();
                test.advance(SECOND);
                test.advance(SECOND);
                pops.set(0);
                List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    waiting.add(test.pool.acquireAsync());
                }
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(test.stats().validating()).isEqualTo(10);
                assertThat(pops).hasValueLessThan(200);
                executor.runAll();
                waiting.forEach(it -> it.join().close());
            }
        }
    }

    @Test
    void aCallerFindsTheOneGoodObjectAmongThousandsOfUncheckedOnes() {
        for (IdleOrder order : IdleOrder.values()) {
            ManualExecutor executor = new ManualExecutor();
            try (TestPool test = counting(new AtomicInteger(), executor, order)) {
                test.pool.warmUp(MANY);
                executor.runAll();
                List<Lease<Thing>> held = test.acquire(MANY);
                Lease<Thing> good = held.remove(MANY / 2);
                good.close(); // it lies below the others
                Lease<Thing> again = test.pool.tryAcquire().orElseThrow();
                held.forEach(Lease::close);
                test.advance(SECOND);
                test.advance(SECOND);
                again.close();
                CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
                assertThat(first).isCompleted();
                first.join().close();
                assertThat(test.stats().validating()).isZero();
                test.pool.tryAcquire().orElseThrow().close();
            }
        }
    }
}
