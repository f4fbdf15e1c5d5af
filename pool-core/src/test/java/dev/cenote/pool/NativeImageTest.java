package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A native image needs no configuration of its user's. */
class NativeImageTest {

    @Test
    void eachReflectiveUseIsDeclaredOrDoesWithout() throws Exception {
        ReflectiveUses.check(
                "cenote-core",
                Map.of(
                        "dev.cenote.pool.Factory -> Class.getMethod",
                        "what can't be found is called: resets() is then true",
                        "dev.cenote.pool.KeyedFactory -> Class.getMethod",
                        "the same",
                        "dev.cenote.pool.internal.OutOfLine -> Lookup.findVirtual",
                        "dev.cenote.pool.internal.Acquisition.blocking",
                        "dev.cenote.pool.internal.jfr.FlightRecorders -> Class.forName",
                        "what can't be found is not recorded",
                        "dev.cenote.pool.internal.slot.SlotWord -> Lookup.findVarHandle",
                        ".word"));
    }

    /** As an image throws where it was not told of a class. */
    private static class Unseen extends ClassLoader {

        Unseen() {
            super(Unseen.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Hidden.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            if (name.equals(Made.class.getName())) {
                try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] bytes = in.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (java.io.IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
            return super.loadClass(name, resolve);
        }
    }

    public static class Hidden {}

    /** Its methods can't be listed without the class that one of them names. */
    public static class Made implements Factory<Object> {

        @Override
        public Object create() {
            return new Object();
        }

        public Hidden hidden() {
            return null;
        }
    }

    @Test
    void aFactoryWhoseMethodsCanNotBeFoundIsAskedToReset() throws Exception {
        Factory<?> made = (Factory<?>) new Unseen()
                .loadClass(Made.class.getName())
                .getDeclaredConstructor()
                .newInstance();
        assertThat(made.resets()).isTrue();
        assertThat(new Made().resets()).isFalse();
    }
}
