package dev.cenote.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CenoteObjectPoolTest {

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<Throwable> failedActivation = new AtomicReference<>();
    private final FakeTicker ticker = new FakeTicker();
    private volatile Runnable activation = () -> {};

    private final CenoteObjectPool<Object> pool = new CenoteObjectPool<>(
            new BasePooledObjectFactory<>() {
                @Override
                public Object create() throws Exception {
                    raise(failure.get());
                    return new Object();
                }

                @Override
                public PooledObject<Object> wrap(Object object) {
                    return new DefaultPooledObject<>(object);
                }

                @Override
                public void activateObject(PooledObject<Object> object) throws Exception {
                    raise(failedActivation.get());
                }
            },
            settings -> settings.name("things").maxSize(2).executor(Runnable::run));

    private static void raise(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aSecondReturnIsNoticedAndChangesNothing() throws Exception {
        Object object = pool.borrowObject();
        pool.returnObject(object);
        assertThatThrownBy(() -> pool.returnObject(object))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("things")
                .hasMessageContaining("not borrowed");
        assertThatThrownBy(() -> pool.invalidateObject(object)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.getNumIdle()).isEqualTo(1);
    }

    @Test
    void anObjectOfSomebodyElseIsNotTaken() {
        assertThatThrownBy(() -> pool.returnObject(new Object())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSecondReturnAfterTheNextBorrowEndsTheNewLease() throws Exception {
        Object object = pool.borrowObject();
        pool.returnObject(object);
        assertThat(pool.borrowObject()).isSameAs(object);
        pool.returnObject(object); // by the first holder: a raw object can't tell
        assertThat(pool.getNumActive()).isZero();
    }

    private CenoteObjectPool<Object> revoking() {
        return new CenoteObjectPool<>(
                new BasePooledObjectFactory<>() {
                    @Override
                    public Object create() {
                        return new Object();
                    }

                    @Override
                    public PooledObject<Object> wrap(Object object) {
                        return new DefaultPooledObject<>(object);
                    }

                    @Override
                    public void activateObject(PooledObject<Object> object) {
                        activation.run();
                    }
                },
                settings -> settings.ticker(ticker).maxLeaseTime(Duration.ofMillis(40)));
    }

    private void awaitRevoked(CenoteObjectPool<Object> revoking) {
        Await.until(() -> {
            if (revoking.pool().stats().leased() > 0) { // no longer: a destroy has a time-out, too
                ticker.advance(Duration.ofMillis(1));
            }
            return revoking.pool().stats().destroyed() == 1;
        });
    }

    @Test
    void anObjectThatWasRevokedMayStillBeReturned() throws Exception {
        try (CenoteObjectPool<Object> revoking = revoking()) {
            Object object = revoking.borrowObject();
            awaitRevoked(revoking);
            revoking.returnObject(object);
            revoking.returnObject(object);
            assertThat(revoking.getNumActive()).isZero();
        }
    }

    @Test
    void soMayOneThatWasRevokedBeforeItsHolderHadIt() throws Exception {
        try (CenoteObjectPool<Object> revoking = revoking()) {
            activation = () -> awaitRevoked(revoking);
            Object object = revoking.borrowObject();
            revoking.returnObject(object);
            revoking.returnObject(object);
            assertThat(revoking.getNumActive()).isZero();
        }
    }

    @Test
    void anObjectThatWasRevokedAndNeverReturnedIsNotKept() throws Exception {
        try (CenoteObjectPool<Object> revoking = revoking()) {
            WeakReference<?> lost = new WeakReference<>(revoking.borrowObject());
            awaitRevoked(revoking);
            Await.untilCollected(List.of(lost));
        }
    }

    @Test
    void anExhaustedPoolSaysWhatItWaitedFor() throws Exception {
        pool.borrowObject();
        pool.borrowObject();
        assertThatThrownBy(() -> pool.borrowObject(Duration.ZERO))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("things")
                .hasMessageContaining("leased 2");
    }

    @Test
    void whatTheFactoryThrowsReachesTheCallerAtOnceAndTheNextCallerTriesAgain() throws Exception {
        IOException down = new IOException("down");
        failure.set(down);
        assertThatThrownBy(pool::borrowObject).isSameAs(down);
        assertThatThrownBy(pool::addObject).isSameAs(down);
        failure.set(null);
        pool.addObject(); // a caller of borrowObject would get the old failure until the next try is due
        assertThat(pool.borrowObject()).isNotNull();
    }

    @Test
    void soDoesAnError() {
        failure.set(new AssertionError("broken"));
        assertThatThrownBy(pool::borrowObject).isSameAs(failure.get());
    }

    @Test
    void anObjectThatCannotBeActivatedIsDestroyedAndTheNextOneTried() throws Exception {
        pool.addObjects(2);
        failedActivation.set(new IOException("stale"));
        assertThatThrownBy(pool::borrowObject)
                .isInstanceOf(NoSuchElementException.class)
                .hasCause(failedActivation.get());
        Await.until(() -> pool.pool().stats().destroyed() == 3); // the idle one is validated by a thread of the pool
        failedActivation.set(null);
        assertThat(pool.borrowObject()).isNotNull();
    }

    @Test
    void aCallerThatIsInterruptedInTheActivationIsToldSo() throws Exception {
        failedActivation.set(new InterruptedException("in a ping"));
        assertThatThrownBy(pool::borrowObject).isSameAs(failedActivation.get());
        assertThat(pool.getNumActive()).isZero();
    }

    @Test
    void anErrorAtActivationCostsNoCapacity() {
        failedActivation.set(new StackOverflowError());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(pool::borrowObject).isSameAs(failedActivation.get());
        }
        assertThat(pool.getNumActive()).isZero();
    }

    @Test
    void aFactoryThatReturnsOneObjectTwiceIsTold() throws Exception {
        try (CenoteObjectPool<String> constant = new CenoteObjectPool<>(new BasePooledObjectFactory<>() {
            @Override
            public String create() {
                return "constant";
            }

            @Override
            public PooledObject<String> wrap(String object) {
                return new DefaultPooledObject<>(object);
            }
        })) {
            constant.borrowObject();
            assertThatThrownBy(constant::borrowObject)
                    .rootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another object each time");
            constant.returnObject("constant");
        }
    }

    @Test
    void aFactoryThatHangsWhileAnObjectIsAddedIsTold() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (CenoteObjectPool<String> hanging = new CenoteObjectPool<>(
                new Numbered() {
                    @Override
                    public String create() {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return super.create();
                    }
                },
                settings -> settings.createTimeout(Duration.ofMillis(1)))) {
            assertThatThrownBy(hanging::addObject).hasMessageContaining("took longer than 1 ms");
            end.countDown();
        }
    }

    @Test
    void addingToAFullPoolAddsNothing() throws Exception {
        pool.addObjects(5);
        assertThat(pool.getNumIdle()).isEqualTo(2);
    }

    @Test
    void afterCloseABorrowedObjectMayStillComeBack() throws Exception {
        Object object = pool.borrowObject();
        pool.close();
        assertThatThrownBy(pool::borrowObject).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(pool::addObject).isInstanceOf(IllegalStateException.class);
        pool.returnObject(object);
        assertThat(pool.getNumIdle()).isZero();
        assertThat(pool.pool().stats().total()).isZero();
    }
}
