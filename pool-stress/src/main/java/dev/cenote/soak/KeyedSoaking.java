package dev.cenote.soak;

import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The soak of a keyed pool: threads use keys at random, some far more often than others, more threads than there are objects for half of
 * the time, and few for the other half; keys come and go; the factory fails and is slow; limits change, keys are invalidated and suspended. All the time it checks that no more objects exist than may (P16), that none
 * has two holders or the wrong key (P2), and that nobody waits for too long (P17). Now and then all come to rest. Then it checks that
 * no place is lost, that every object has been destroyed once, and that unused keys are gone (P20).
 */
final class KeyedSoaking {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final Duration KEY_IDLE = Duration.ofMillis(200);
    private static final int HOT_KEYS = 3;
    private static final int STEPS_IN_A_PHASE = 25;

    private final Soak options;
    private final int keys;
    private final PrintStream out = System.out;
    private final Violations violations = new Violations();
    private final LongAdder leases = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder made = new LongAdder();
    private final LongAdder destroyed = new LongAdder();
    private final AtomicInteger existing = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final KeyedPool<Integer, Item> pool;
    private volatile boolean isResting;
    private volatile int active; // so many threads run
    private volatile int maxTotal;
    private long rounds;

    /** What is pooled. It knows its key, its holder, and its end. */
    private static final class Item {
        final int key;
        final AtomicInteger holders = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();

        Item(int key) {
            this.key = key;
        }
    }

    private final class SickFactory implements KeyedFactory<Integer, Item> {
        private final ThreadLocal<SplittableRandom> random = ThreadLocal.withInitial(SplittableRandom::new);

        private boolean isHit() {
            return !isResting && random.get().nextDouble() < options.faults();
        }

        @Override
        public Item create(Integer key) throws Exception {
            int now = existing.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            // The limit changes, and is never higher; what a higher one let exist may still be out.
            if (now > options.size()) {
                violations.add("P16: " + now + " objects exist, of at most " + options.size());
            }
            Item item = null;
            try {
                if (isHit()) {
                    throw new IllegalStateException("the soak says so");
                }
                if (isHit()) {
                    TimeUnit.MILLISECONDS.sleep(5); // interrupted if it is not wanted any more
                }
                item = new Item(key);
                made.increment();
                return item;
            } finally {
                if (item == null) {
                    existing.decrementAndGet();
                }
            }
        }

        @Override
        public void destroy(Integer key, Item item) throws Exception {
            if (item.ends.incrementAndGet() != 1 || item.key != key) {
                violations.add("P3: destroyed " + item.ends + " times, key " + item.key + " as " + key);
            }
            if (item.holders.get() > 0) {
                violations.add("P3: destroyed in its holder's hands");
            }
            try {
                if (isHit()) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            } finally {
                existing.decrementAndGet();
                destroyed.increment();
            }
        }
    }

    KeyedSoaking(Soak options, int keys) {
        this.options = options;
        this.keys = keys;
        maxTotal = options.size();
        pool = KeyedPool.builder(new SickFactory())
                .name("soak")
                .maxTotal(maxTotal)
                .maxPerKey(Math.max(1, maxTotal / 2))
                .keyIdleTimeout(KEY_IDLE)
                .settings((key, it) -> it.idleTimeout(Duration.ofMillis(100 + key % 5 * 100))
                        .createBackoff(Duration.ofMillis(1), Duration.ofMillis(20))
                        .failFastAfter(Duration.ofHours(1))
                        .openTimeout(Duration.ofHours(1))
                        .maxWaiters(100_000)
                        .weight(1 + key % 2))
                .build();
    }

    /** Runs until the time is up, so many leases were given out, or something did not hold. True if everything held. */
    boolean run() throws InterruptedException {
        long end = System.nanoTime() + options.length().toNanos();
        SplittableRandom random = new SplittableRandom(options.seed());
        while (!isOver(end)) {
            round(random.split(), Math.min(System.nanoTime() + ROUND.toNanos(), end));
            rest();
            rounds++;
        }
        pool.close();
        if (existing.get() != 0 || made.sum() != destroyed.sum()) {
            violations.add("P3: " + made.sum() + " made, " + destroyed.sum() + " destroyed");
        }
        print();
        return violations.count() == 0;
    }

    private boolean isOver(long end) {
        return violations.count() > 0
                || System.nanoTime() - end >= 0
                || (options.operations() > 0 && leases.sum() >= options.operations());
    }

    private void round(SplittableRandom random, long end) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < options.threads(); i++) {
            SplittableRandom own = random.split();
            int number = i;
            Thread thread = new Thread(() -> use(number, own, end), "soak-" + i);
            thread.start();
            threads.add(thread);
        }
        for (int step = 0; !isOver(end); step++) {
            boolean areMany = step / STEPS_IN_A_PHASE % 2
                    == 0; // more than there are objects, and then fewer, so that few are hungry
            active = areMany ? options.threads() : Math.max(1, options.size() / 4);
            TimeUnit.MILLISECONDS.sleep(20);
            change(random);
        }
        for (Thread thread : threads) {
            thread.join(LONGEST_WAIT.toMillis() * 2);
            if (thread.isAlive()) {
                violations.add("P5: a thread has not come back: " + List.of(thread.getStackTrace()) + " " + pool);
            }
        }
    }

    private void use(int number, SplittableRandom random, long end) {
        while (!isOver(end)) {
            if (number >= active) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                continue;
            }
            int key = random.nextInt(2) == 0 ? random.nextInt(HOT_KEYS) : random.nextInt(keys);
            int uses = 1 + random.nextInt(active < options.threads() ? 10_000 : 100);
            for (int i = 0; i < uses && !isOver(end); i++) {
                useOnce(random, key);
            }
        }
    }

    private void useOnce(SplittableRandom random, int key) {
        long begun = System.nanoTime();
        Lease<Item> lease = null;
        try {
            switch (random.nextInt(8)) {
                case 0 -> lease = pool.tryAcquire(key).orElse(null);
                case 1 -> {
                    CompletableFuture<Lease<Item>> future = pool.acquireAsync(key, LONGEST_WAIT);
                    if (random.nextInt(4) > 0 || !future.cancel(false)) {
                        lease = future.join();
                    }
                }
                default -> lease = pool.acquireUninterruptibly(key, LONGEST_WAIT);
            }
        } catch (PoolException
                | java.util.concurrent.CompletionException
                | java.util.concurrent.CancellationException e) {
            failures.increment();
            if (System.nanoTime() - begun > LONGEST_WAIT.toNanos() / 2) {
                violations.add("P17: nothing for key " + key + " in " + LONGEST_WAIT + ": " + e + " " + pool);
            }
        }
        if (lease != null) {
            leases.increment();
            hold(random, lease, key);
        }
    }

    private void hold(SplittableRandom random, Lease<Item> lease, int key) {
        Item item = lease.get();
        if (item.key != key || item.holders.incrementAndGet() != 1 || item.ends.get() > 0) {
            violations.add(
                    "P2: key " + key + " got key " + item.key + ", held by " + item.holders + ", ended " + item.ends);
        }
        if (random.nextInt(256) == 0) {
            Thread.yield();
        }
        item.holders.decrementAndGet();
        if (random.nextInt(512) == 0) {
            lease.invalidate();
        } else {
            lease.close();
        }
    }

    private void change(SplittableRandom random) {
        int key = random.nextInt(8) > 0 ? random.nextInt(HOT_KEYS) : random.nextInt(keys);
        switch (random.nextInt(6)) {
            case 0 -> pool.invalidateAll(key);
            case 1 -> {
                pool.suspend(key);
                pool.resume(key);
            }
            case 2 -> {
                maxTotal = options.size() - random.nextInt(1 + options.size() / 2);
                pool.resize(new KeyedPoolLimits(maxTotal, 1 + random.nextInt(maxTotal), 0));
            }
            case 3 -> pool.stats();
            default -> pool.pool(random.nextInt(keys)).stats();
        }
    }

    /** All come to rest: no place is lost, and what is unused is gone. */
    private void rest() throws InterruptedException {
        isResting = true;
        pool.resize(new KeyedPoolLimits(options.size(), options.size(), 0));
        if (violations.count() == 0) {
            long end = System.nanoTime() + LONGEST_WAIT.toNanos();
            while (!pool.keys().isEmpty() && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            if (!pool.keys().isEmpty() || existing.get() != 0) {
                violations.add(
                        "P20: " + pool.keys().size() + " keys and " + existing + " objects are left of unused ones");
            }
            List<Lease<Item>> all = new ArrayList<>();
            for (int i = 0; i < options.size(); i++) {
                all.add(pool.acquireUninterruptibly(i % 2, LONGEST_WAIT)); // fails if a place was lost
            }
            all.forEach(Lease::close);
        }
        isResting = false;
    }

    private void print() {
        KeyedPoolStats stats = pool.stats();
        out.printf(
                "%n%,d leases of %,d keys in %,d rounds; %,d made, %,d destroyed, at most %d at once%n",
                leases.sum(), keys, rounds, made.sum(), destroyed.sum(), most.get());
        out.printf(
                "%,d acquires got nothing; %,d keys opened, %,d dropped%n",
                failures.sum(), stats.keysOpened(), stats.keysDropped());
        out.printf("destroyed: %s%n", stats.total().destroyedBy());
        out.printf("%nviolations: %d%n", violations.count());
        violations.first().forEach(violation -> out.println("  " + violation));
    }
}
