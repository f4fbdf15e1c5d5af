package dev.cenote.pool.internal;

import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@link RandomProgram}s on real threads: a few acquire in every way, release, close twice, invalidate, cancel, are
 * interrupted, report faults, warm up, drain, resize, suspend, invalidate all, replace the factory and close, while the
 * factory fails and the validator rejects at random and the clock goes on; then the {@link Oracle} looks. The seed of a
 * program that fails is in the message: {@code -Dcenote.seed=…} runs that one alone. The interleaving is the machine's.
 */
class RandomProgramsTest {

    private static final int PROGRAMS = Integer.getInteger("cenote.programs", 1_500);
    private static final int THREADS = 3;
    private static final int STEPS = 60;

    private static ExecutorService threads;

    @BeforeAll
    static void startThreads() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stopThreads() {
        threads.shutdown();
    }

    @Test
    @Tag("P1")
    @Tag("P2")
    @Tag("P3")
    @Tag("P5")
    @Tag("P12")
    @Tag("P15")
    @Timeout(120)
    void everyPromiseThatCanBeSeenHoldsAfterRandomPrograms() throws Exception {
        Long only = Long.getLong("cenote.seed");
        long first = only != null ? only : System.nanoTime();
        int programs = only != null ? 1 : PROGRAMS;
        System.out.println("random programs: " + programs + ", seeds from " + first);
        for (long seed = first; seed < first + programs; seed++) {
            try {
                run(new SplittableRandom(seed));
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
    }

    private static void run(SplittableRandom random) throws Exception {
        RandomProgram program = new RandomProgram(random, Thread::yield, Integer.MAX_VALUE);
        SplittableRandom chance = random.split();
        int sickness = random.nextInt(3) == 0 ? 10 : 0;
        boolean hasWorkers = random.nextBoolean();
        TestPool test = new TestPool(
                hasWorkers ? threads : Runnable::run, builder -> configure(program, builder, random, chance, sickness));
        test.factory.everyCreate = () -> {
            if (oneIn(chance, sickness)) {
                throw new IllegalStateException("a create fails");
            }
        };
        AtomicInteger running = new AtomicInteger(THREADS);
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = random.split();
            callers.add(threads.submit(() -> {
                try {
                    program.call(test, own, STEPS);
                } finally {
                    running.decrementAndGet();
                }
            }));
        }
        while (running.get() > 0) {
            test.advance(Duration.ofMillis(oneIn(chance, 8) ? 300 : 1));
            Thread.yield();
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
        program.checkAndClose(test);
    }

    private static void configure(
            RandomProgram program,
            PoolBuilder<Thing> builder,
            SplittableRandom random,
            SplittableRandom chance,
            int sickness) {
        Duration hour = Duration.ofHours(1); // the clock runs faster than the calls
        builder.createTimeout(hour).validationTimeout(hour).destroyTimeout(hour);
        builder.leakThreshold(Duration.ofMillis(random.nextInt(2) * 20));
        Validator<Thing> validator = thing -> {
            thing.use(Thread::yield);
            return !oneIn(chance, sickness);
        };
        program.configure(builder, random, validator, validator);
    }

    private static boolean oneIn(SplittableRandom chance, int n) {
        synchronized (chance) {
            return n > 0 && chance.nextInt(n) == 0;
        }
    }
}
