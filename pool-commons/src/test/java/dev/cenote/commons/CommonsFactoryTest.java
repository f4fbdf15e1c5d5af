package dev.cenote.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.time.Duration;
import org.apache.commons.pool2.MethodCall;
import org.apache.commons.pool2.MethodCallPoolableObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.junit.jupiter.api.Test;

class CommonsFactoryTest {

    private final MethodCallPoolableObjectFactory calls = new MethodCallPoolableObjectFactory();
    private final CommonsFactory<Object> factory = new CommonsFactory<>(calls);

    @Test
    void eachHolderGetsAnObjectThatIsActive() throws Exception {
        try (Pool<PooledObject<Object>> pool = Pool.builder(factory)
                .validator(factory.validator())
                .validateIfIdleFor(Duration.ZERO)
                .executor(Runnable::run)
                .build()) {
            try (Lease<PooledObject<Object>> lease = pool.acquire()) {
                assertThat(lease.get().getObject()).isEqualTo(0);
            }
            pool.acquire().close();
        }
        assertThat(calls.getMethodCalls().stream().map(MethodCall::getName))
                .containsExactly(
                        "makeObject",
                        "activateObject",
                        "passivateObject",
                        "activateObject",
                        "validateObject",
                        "passivateObject",
                        "activateObject",
                        "destroyObject");
    }

    @Test
    void anObjectThatCannotBeActivatedIsNotLeft() {
        calls.setActivateObjectFail(true);
        assertThatThrownBy(factory::create).hasMessage("activateObject");
        assertThat(calls.getMethodCalls().stream().map(MethodCall::getName)).endsWith("destroyObject");
    }
}
