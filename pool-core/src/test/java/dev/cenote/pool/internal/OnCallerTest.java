package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that are cheap to make are made and destroyed by the threads that need them and give them up. */
@Timeout(60)
class OnCallerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualExecutor executor = new ManualExecutor();

    private TestPool open(UnaryOperator<PoolBuilder<Thing>> settings) {
        return new TestPool(executor, it -> {
            ScriptedFactory.of(it).createsOnCaller = true;
            settings.apply(it.maxSize(2).openTimeout(Duration.ofMinutes(1)));
        });
    }

    @Test
    @Tag("P1")
    void anObjectIsMadeAndDestroyedByTheThreadThatNeedsItAndGivesItUp() throws InterruptedException {
        try (TestPool test = open(it -> it)) {
            test.pool.acquire().invalidate();
            test.acquire().invalidate();
            test.pool.tryAcquire().orElseThrow().invalidate();
            test.pool.acquireAsync().join().invalidate();
            assertThat(test.factory.made).hasSize(4).allMatch(thing -> thing.destroyed.get() == 1);
            assertThat(executor.size()).isZero();
            PoolStats stats = test.stats();
            assertThat(stats.created()).isEqualTo(4);
            assertThat(stats.acquired()).isEqualTo(4);
            assertThat(stats.destroyed(DestroyReason.INVALIDATED)).isEqualTo(4);
            assertThat(stats.total() + stats.creating()).isZero();
            assertThat(stats.missed()).as("leases for which an object was made").isEqualTo(4);
            assertThat(stats.waited()).as("nobody had to wait").isZero();
            assertThat(stats.queued()).as("found nothing ready").isEqualTo(4);
        }
    }

    @Test
    void whatIsIdleIsTakenFirst() throws InterruptedException {
        try (TestPool test = open(it -> it)) {
            test.pool.acquire().close();
            test.pool.acquire().close();
            assertThat(test.factory.made).hasSize(1);
        }
    }

    /** An idle object that has to be validated first is no reason to make another one. */
    @Test
    void whatIsIdleAndHasToBeValidatedIsTakenFirstToo() {
        try (TestPool test = open(it -> it.validator(thing -> true).validateIfIdleFor(Duration.ZERO))) {
            test.acquire().close();
            CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync();
            executor.runAll();
            lease.join().close();
            assertThat(test.factory.made).hasSize(1);
        }
    }

    /** A holder destroys what it gives up. What others end may be much, and hang. */
    @Test
    @Tag("P1")
    void whatIsNotGivenUpByItsHolderIsDestroyedByTheExecutor() {
        try (TestPool test = open(it -> it.maxUses(2))) {
            test.acquire(2).forEach(Lease::close);
            test.pool.invalidateAll();
            assertThat(test.factory.made).hasSize(2).allMatch(thing -> thing.destroyed.get() == 0);
            executor.runAll();
            for (int i = 0; i < 2; i++) {
                test.acquire().close();
            }
            assertThat(test.factory.made.get(2).destroyed).as("used up").hasValue(0);
            executor.runAll();
            assertThat(test.factory.made).hasSize(3).allMatch(thing -> thing.destroyed.get() == 1);
        }
    }

    /** A broken object may take long to destroy. */
    @Test
    void whatAFaultHasBrokenIsDestroyedByTheExecutor() {
        try (TestPool test = open(it -> it)) {
            test.acquire().invalidate(new IllegalStateException("a fault"));
            assertThat(test.factory.made.get(0).destroyed).hasValue(0);
            executor.runAll();
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
        }
    }

    /** A listener that waits for an object gets the place of the one that was given up. */
    @Test
    @Tag("P12")
    void theObjectIsGoneBeforeListenersAreTold() {
        List<Integer> destroyed = new ArrayList<>();
        TestPool[] test = new TestPool[1];
        PoolListener listener = new PoolListener() {
            @Override
            public void used(Duration held) {
                destroyed.add(test[0].factory.made.get(0).destroyed.get());
            }
        };
        try (TestPool opened = open(it -> it.useTimes(1).listener(listener))) {
            test[0] = opened;
            opened.acquire().invalidate();
            assertThat(destroyed).containsExactly(1);
        }
    }

    /** Nobody but a later caller causes a try then. */
    @Test
    void oneCallerCausesOneTryWhereItIsNotWorthRetrying() {
        try (TestPool test = open(it -> it.createBackoff(Duration.ofNanos(1), Duration.ofNanos(1)))) {
            Lease<Thing> held = test.acquire();
            test.factory.isWorthRetrying = false;
            test.factory.everyCreate = () -> {
                test.ticker.advance(Duration.ofMillis(1));
                throw new IllegalStateException("wrong password");
            };
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.advance(SECOND);
            executor.runAll();
            assertThat(test.stats().creationFailures()).isEqualTo(1);
            held.close();
            waiter.join().close();
        }
    }

    @Test
    void moreDestroysThanMayRunAreLeftToTheExecutor() {
        try (TestPool test = open(it -> it.maxConcurrentDestroys(1))) {
            List<Lease<Thing>> leases = test.acquire(2);
            test.factory.onNextDestroy(() -> {
                leases.get(1).invalidate();
                assertThat(test.factory.made.get(1).destroyed).hasValue(0);
            });
            leases.get(0).invalidate();
            assertThat(test.factory.made.get(1).destroyed).hasValue(0);
            executor.runAll();
            assertThat(test.factory.made.get(1).destroyed).hasValue(1);
        }
    }

    @Test
    @Tag("P8")
    void aPlaceThatACallerFillsForItselfIsNoneForAWaiter() throws InterruptedException {
        try (TestPool test = open(it -> it.maxSize(1).maxWaiters(0))) {
            test.factory.onNextCreate(() -> assertThat(test.pool.acquireAsync())
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(PoolFullException.class));
            test.pool.acquire().close();
        }
    }

    @Test
    @Tag("P6")
    void theTimeOfACreateThatFailsCounts() {
        try (TestPool test = open(it -> it.createBackoff(SECOND.multipliedBy(9), SECOND.multipliedBy(9)))) {
            test.factory.onNextCreate(() -> {
                test.ticker.advance(Duration.ofMillis(900));
                throw new IllegalStateException("no");
            });
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(SECOND);
            assertThat(waiter).isNotDone();
            test.advance(Duration.ofMillis(100));
            assertThat(waiter).isCompletedExceptionally();
        }
    }

    @Test
    void whatNoCallerNeedsAtOnceIsMadeByTheExecutor() {
        try (TestPool test = open(it -> it.minIdle(1).idleTimeout(SECOND))) {
            assertThat(test.factory.made).isEmpty();
            executor.runAll();
            assertThat(test.factory.made).hasSize(1);
            test.pool.warmUp(2);
            assertThat(test.factory.made).hasSize(1);
            executor.runAll();
            assertThat(test.factory.made).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    @Tag("P4")
    void aNewcomerMakesNoneWhileSomebodyWaits(int bound) {
        Fairness fairness = bound == 0 ? Fairness.STRICT : Fairness.eventual(Duration.ofMillis(bound));
        try (TestPool test = open(it -> it.maxSize(1).fairness(fairness))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.resize(new PoolLimits(3, 0, 10));
            CompletableFuture<Lease<Thing>> newcomer = test.pool.acquireAsync();
            assertThat(test.factory.made).hasSize(1);
            executor.runNext();
            assertThat(waiter).isDone();
            assertThat(newcomer).isNotDone();
            executor.runAll();
            held.close();
            waiter.join().close();
            newcomer.join().close();
        }
    }

    /** Those who come while one is being made came later. */
    @Test
    @Tag("P4")
    void theCallerThatMadeAnObjectGetsIt() throws InterruptedException {
        try (TestPool test = open(it -> it.maxSize(1))) {
            CompletableFuture<?>[] later = new CompletableFuture<?>[1];
            test.factory.onNextCreate(() -> later[0] = test.pool.acquireAsync().thenAccept(Lease::close));
            Lease<Thing> lease = test.pool.acquire();
            assertThat(later[0]).isNotDone();
            lease.close();
            assertThat(later[0]).isDone();
        }
    }

    @Test
    void noMoreThanMaxConcurrentCreatesAreMadeAtOnce() throws InterruptedException {
        try (TestPool test = open(it -> it.maxConcurrentCreates(1))) {
            CompletableFuture<?>[] second = new CompletableFuture<?>[1];
            test.factory.onNextCreate(() -> second[0] = test.pool.acquireAsync().thenAccept(Lease::close));
            test.pool.acquire().close();
            assertThat(second[0]).isDone();
            assertThat(test.factory.mostCreating).hasValue(1);
        }
    }

    /** A validator that may hang must not hold up a caller beyond its deadline. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("P6")
    void anObjectThatIsValidatedWhenItIsMadeIsMadeHereOnlyIfTheValidatorRunsHereToo(boolean isHere) {
        Validator<Thing> validator = thing -> true;
        try (TestPool test =
                open(it -> it.validateOnCreate(true).validator(isHere ? validator.onCaller() : validator))) {
            CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync();
            assertThat(lease.isDone()).isEqualTo(isHere);
            executor.runAll();
            lease.join().invalidate();
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
        }
    }

    @Test
    @Tag("P14")
    void afterAFailureCallersQueueAndTheExecutorTries() {
        try (TestPool test = open(it -> it.createBackoff(SECOND, SECOND))) {
            test.factory.failNextCreate(new IllegalStateException("no"));
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            assertThat(test.stats().creationFailures()).isEqualTo(1);
            assertThat(waiter).isNotDone();
            waiter.cancel(false);
            waiter = test.pool.acquireAsync();
            assertThat(test.factory.made).as("it is not yet time for a try").isEmpty();
            test.advance(SECOND);
            assertThat(waiter).isNotDone();
            executor.runAll();
            waiter.join().invalidate();
            test.acquire().close();
            assertThat(test.factory.made).as("well again: made here").hasSize(2);
            assertThat(executor.size()).isZero();
        }
    }

    @Test
    @Tag("P21")
    void whatIsNotWorthRetryingFailsTheCallerWithItsCause() {
        try (TestPool test = open(it -> it)) {
            test.factory.isWorthRetrying = false;
            IllegalStateException cause = new IllegalStateException("wrong password");
            test.factory.failNextCreate(cause);
            assertThatThrownBy(() -> test.pool.acquire(SECOND))
                    .isInstanceOf(CreateFailedException.class)
                    .hasCause(cause);
        }
    }

    @Test
    @Tag("P1")
    void aCreateThatTakesTooLongIsGivenUpAndItsObjectIsDestroyed() throws InterruptedException {
        try (TestPool test = open(it -> it.maxSize(1).createTimeout(SECOND))) {
            test.lettingCallsHang();
            test.factory.onNextCreate(() -> test.advance(SECOND.multipliedBy(2)));
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO)).isInstanceOf(PoolTimeoutException.class);
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
            assertThat(test.stats().total()).isZero();
            assertThat(Thread.interrupted()).as("nobody is interrupted").isFalse();
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            test.advance(SECOND);
            executor.runAll();
            next.join().close();
        }
    }

    @Test
    void aPoolThatIsClosedOrSuspendedMakesNone() {
        try (TestPool test = open(it -> it)) {
            test.pool.suspend();
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO)).isInstanceOf(PoolTimeoutException.class);
            test.pool.close();
            assertThatThrownBy(test.pool::acquire).isInstanceOf(PoolClosedException.class);
            assertThat(test.factory.made).isEmpty();
        }
    }

    @Test
    void aPoolThatIsClosedMeanwhileTakesTheObjectBack() {
        try (TestPool test = open(it -> it)) {
            test.factory.onNextCreate(() -> test.pool.shutdown(Duration.ofHours(1)));
            assertThatThrownBy(() -> test.pool.acquire(SECOND)).isInstanceOf(PoolClosedException.class);
            executor.runAll();
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
        }
    }

    @Test
    void aPoolThatIsSuspendedMeanwhileKeepsTheObjectForLater() {
        try (TestPool test = open(it -> it)) {
            test.factory.onNextCreate(test.pool::suspend);
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            assertThat(waiter).isNotDone();
            assertThat(test.stats().idle()).isEqualTo(1);
            test.pool.resume();
            waiter.join().close();
        }
    }

    @Test
    void whatAnotherFactoryHasMadeIsDestroyedByTheExecutor() throws InterruptedException {
        try (TestPool test = open(it -> it)) {
            Lease<Thing> old = test.pool.acquire();
            test.pool.replaceFactory(test.factory.creatingOnCaller());
            old.close();
            assertThat(test.factory.made.get(0).destroyed).hasValue(0);
            executor.runAll();
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
            test.pool.acquire().invalidate();
            assertThat(test.factory.made.get(1).destroyed).hasValue(1);
        }
    }

    @Test
    void anInterruptIsTheCallersAndNotTheFactorys() throws InterruptedException {
        try (TestPool test = open(it -> it)) {
            ScriptedFactory.Step look =
                    () -> assertThat(Thread.currentThread().isInterrupted()).isFalse();
            test.factory.onNextCreate(look);
            test.factory.onNextDestroy(look);
            Thread.currentThread().interrupt();
            test.acquire().invalidate();
            assertThatThrownBy(test.pool::acquire).isInstanceOf(InterruptedException.class);
            assertThat(test.factory.made).hasSize(1);
            assertThat(test.stats().destroyed(DestroyReason.INVALIDATED)).isEqualTo(1);
        }
    }

    @Test
    void aCreateThatIsInterruptedEndsTheAcquire() {
        try (TestPool test = open(it -> it)) {
            test.factory.onNextCreate(() -> {
                throw new InterruptedException();
            });
            assertThatThrownBy(test.pool::acquire).isInstanceOf(InterruptedException.class);
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            test.advance(SECOND);
            executor.runAll();
            next.join().close();
        } finally {
            Thread.interrupted();
        }
    }

    /** A class can be both, and is then asked on the callers' threads for what it says. */
    private static final class Both implements Factory<Thing>, Validator<Thing> {

        private int made;

        @Override
        public Thing create() {
            return new Thing(made++);
        }

        @Override
        public boolean isValid(Thing thing) {
            return true;
        }
    }

    @Test
    void aClassCanBeAFactoryAndAValidator() throws InterruptedException {
        Both both = new Both();
        try (Pool<Thing> pool = Pool.builder(both.creatingOnCaller())
                .validator(both.onCaller())
                .executor(executor)
                .build()) {
            pool.acquire().invalidate();
            assertThat(both.made).isEqualTo(1);
            assertThat(executor.size()).isZero();
        }
    }
}
