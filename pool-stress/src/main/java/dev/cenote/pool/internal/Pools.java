package dev.cenote.pool.internal;

import dev.cenote.pool.Pool;
import dev.cenote.pool.Settings;

/** Small pools for the races: one object, made in place, and a housekeeper that never runs. */
final class Pools {

    private Pools() {}

    static DefaultPool<Object> ofOne() {
        return new DefaultPool<>(
                Settings.of(Pool.builder(Object::new).maxSize(1).executor(Runnable::run)), new Never());
    }

    static final class Never implements Alarm {
        @Override
        public void noLaterThan(long instant) {}

        @Override
        public void next(long instant) {}
    }
}
