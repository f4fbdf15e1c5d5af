package dev.cenote.pool.internal;

import dev.cenote.pool.PoolBuilder;
import java.util.function.UnaryOperator;

/** The ways that a release can take. */
enum WayOfRelease {
    PLAIN(it -> it),
    VALIDATED(it -> it.validateOnRelease(true).validator(thing -> true)),
    COUNTED(it -> it.maxUses(3)),
    LAST_USE(it -> it.maxUses(1));

    final UnaryOperator<PoolBuilder<Thing>> settings;

    WayOfRelease(UnaryOperator<PoolBuilder<Thing>> settings) {
        this.settings = settings;
    }

    TestPool open() {
        return new TestPool(it -> settings.apply(it.maxSize(1)));
    }
}
