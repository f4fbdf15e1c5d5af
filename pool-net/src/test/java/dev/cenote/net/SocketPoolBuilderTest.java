package dev.cenote.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SocketPoolBuilderTest {

    static Stream<Arguments> badValues() {
        Duration negative = Duration.ofMillis(-1);
        return Stream.of(
                bad("name must not be blank, but was ' '", it -> it.name(" ")),
                bad("maxTotal must be 1 to 1000000, but was 0", it -> it.maxTotal(0)),
                bad("maxPerAddress must be 1 to 1000000, but was 1000001", it -> it.maxPerAddress(1_000_001)),
                bad(
                        "minIdlePerAddress must be 0 to maxPerAddress (10), but was 11",
                        it -> it.minIdlePerAddress(11).build()),
                bad(
                        "addressIdleTimeout must be zero or longer, but was PT-0.001S",
                        it -> it.addressIdleTimeout(negative)),
                bad("acquireTimeout must be zero or longer, but was PT-0.001S", it -> it.acquireTimeout(negative)),
                bad("connectTimeout must be longer than zero, but was PT0S", it -> it.connectTimeout(Duration.ZERO)),
                bad("connectTimeout must be zero or longer, but was PT-0.001S", it -> it.connectTimeout(negative)),
                bad(
                        "attemptDelay must be 10 ms or longer, but was PT0.009S",
                        it -> it.attemptDelay(Duration.ofMillis(9))),
                bad("readTimeout must be zero or longer, but was PT-0.001S", it -> it.readTimeout(negative)),
                bad("writeTimeout must be zero or longer, but was PT-0.001S", it -> it.writeTimeout(negative)),
                bad("pingIfIdleFor must be zero or longer, but was PT-0.001S", it -> it.pingIfIdleFor(negative)),
                bad(
                        "silence must be 1 s to 32767 s, but was PT0.5S",
                        it -> it.keepAlive(Duration.ofMillis(500), Duration.ofSeconds(1), 1)),
                bad(
                        "interval must be 1 s to 32767 s, but was PT10H",
                        it -> it.keepAlive(Duration.ofSeconds(1), Duration.ofHours(10), 1)),
                bad(
                        "questions must be 1 or more, but was 0",
                        it -> it.keepAlive(Duration.ofSeconds(1), Duration.ofSeconds(1), 0)));
    }

    private static Arguments bad(String message, Consumer<SocketPoolBuilder> use) {
        return Arguments.of(message, use);
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aValueOutOfRangeIsNamed(String message, Consumer<SocketPoolBuilder> use) {
        assertThatThrownBy(() -> use.accept(SocketPool.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void nullIsNamed() {
        Method[] setters = Arrays.stream(SocketPoolBuilder.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == SocketPoolBuilder.class)
                .filter(method -> method.getParameterCount() == 1 && !method.getParameterTypes()[0].isPrimitive())
                .toArray(Method[]::new);
        assertThat(setters).hasSizeGreaterThan(12);
        for (Method setter : setters) {
            assertThatThrownBy(() -> setter.invoke(SocketPool.builder(), (Object) null))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage(setter.getName() + " must be given, but was null");
        }
    }

    @Test
    void anOptionThatNoSocketHasIsNamed() {
        SocketOption<Integer> unknown = new SocketOption<>() {
            @Override
            public String name() {
                return "SO_WISH";
            }

            @Override
            public Class<Integer> type() {
                return Integer.class;
            }

            @Override
            public String toString() {
                return name();
            }
        };
        assertThatThrownBy(() -> SocketPool.builder().option(unknown, 1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("option must be one of ")
                .hasMessageEndingWith(", but was SO_WISH");
    }
}
