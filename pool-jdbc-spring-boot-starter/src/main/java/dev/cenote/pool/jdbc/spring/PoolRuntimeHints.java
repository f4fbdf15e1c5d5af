package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.jdbc.PooledDataSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/** What a native image has to keep: the bean's setters and getters, which Spring Boot finds by reflection, and the settings. */
final class PoolRuntimeHints implements RuntimeHintsRegistrar {

    PoolRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, ClassLoader classLoader) {
        hints.reflection()
                .registerType(
                        PooledDataSource.class,
                        MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS,
                        MemberCategory.INVOKE_PUBLIC_METHODS)
                .registerType(CenoteProperties.class, MemberCategory.INVOKE_DECLARED_METHODS);
        BindableRuntimeHintsRegistrar.forTypes(CenoteProperties.class).registerHints(hints);
    }
}
