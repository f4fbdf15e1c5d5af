package dev.cenote.soak;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One pool, from its opening to its end.
 *
 * @param number counts from 1
 * @param pool the pool
 * @param settings its settings
 * @param ledger its objects, counted outside the pool
 * @param faults what its factory does wrong
 * @param executor what executor it was given, unless it has its own
 * @param size its largest size
 */
record Era(
        int number,
        Pool<Thing> pool,
        Settings settings,
        Ledger ledger,
        Faults faults,
        GivenExecutor executor,
        int size) {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static Era open(int number, Settings settings, Faults faults, Violations violations) {
        int size = settings.size();
        Ledger ledger = new Ledger(
                violations,
                size,
                settings.maxDestroys(),
                Settings.CREATE_TIMEOUT.toNanos(),
                Settings.DESTROY_TIMEOUT.toNanos());
        GivenExecutor executor = new GivenExecutor(settings.executor(), new Random(settings.seed()), faults);
        FaultyFactory factory = new FaultyFactory(ledger, faults, settings);
        PoolBuilder<Thing> builder =
                Pool.builder(factory).name("soak-" + number).maxSize(size);
        settings.applyTo(builder, factory, executor);
        Pool<Thing> pool = builder.build();
        System.out.println("pool " + number + ": " + pool.config().fairness() + ", " + settings);
        return new Era(number, pool, settings, ledger, faults, executor, size);
    }

    FaultyFactory anotherFactory() {
        return new FaultyFactory(ledger, faults, settings);
    }

    boolean findsLeaks() {
        return !settings.leakThreshold().isZero();
    }

    /** Closes the pool, and sees that nothing is left of it (P12). */
    void close(Duration grace) throws InterruptedException {
        ledger.closes();
        if (grace.isZero()) {
            ledger.revokes();
        }
        Duration patience = PATIENCE.plus(settings.delayOfClose());
        try {
            pool.shutdown(grace).get(grace.plus(patience).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            ledger.violations.add("P12: " + grace + " and " + patience + " after its close: " + pool);
            return;
        } finally {
            executor.end();
        }
        long end = System.nanoTime() + PATIENCE.toNanos(); // a create that is late may still bring something
        while (ledger.live() > 0 || ledger.calls() > 0) {
            if (System.nanoTime() - end > 0) {
                ledger.violations.add("P3: " + ledger.live() + " objects are left of a closed pool");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
