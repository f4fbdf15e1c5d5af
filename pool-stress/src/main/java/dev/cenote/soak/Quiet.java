package dev.cenote.soak;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks at a pool that nobody uses: the counts (P15), all of its objects at once (P1, P9), and the queue (P4, P5). */
final class Quiet {

    private static final long SECONDS = 10;
    private static final int WAITERS = 8;

    private final Violations violations;
    private final Tally looks;
    private int rounds;

    Quiet(Violations violations, Tally looks) {
        this.violations = violations;
        this.looks = looks;
    }

    /** The workers rest, the faults are off, and the pool has its full size. */
    void look(Era era) throws InterruptedException {
        if (!settles(era)) {
            return;
        }
        looks.count("quiet: the counts agree");
        List<Lease<Thing>> all = acquireAll(era);
        if (all.size() == era.size()) {
            looks.count("quiet: all objects at once");
            serveInOrder(era, all);
        }
        all.forEach(this::release);
        settles(era);
    }

    // --- the counts

    private boolean settles(Era era) throws InterruptedException {
        long start = System.nanoTime();
        while (!agrees(era)) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(SECONDS)) {
                violations.add("P15: the counts of a quiet pool do not agree: "
                        + era.pool().stats() + " where the soak has "
                        + era.ledger().live() + " live objects, " + era.ledger().leases + " to "
                        + (era.ledger().leases.sum() + era.ledger().unsure.sum()) + " leases and "
                        + era.ledger().lost + " lost ones");
                return false;
            }
            if (era.ledger().lost.get() > 0) {
                System.gc();
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    private static boolean agrees(Era era) {
        Ledger ledger = era.ledger();
        int live = ledger.live();
        PoolStats stats = era.pool().stats();
        long leases = ledger.leases.sum();
        return stats.created() - stats.destroyed() - stats.detached() == stats.total()
                && stats.acquired() - stats.released() == stats.leased()
                && stats.leased() + stats.waiters() + stats.creating() + stats.validating() + stats.retiring() == 0
                && stats.total() == live
                && ledger.live() == live
                && ledger.calls() == 0
                && ledger.lost.get() == 0
                && (stats.acquired() >= leases || ledger.mayRevoke())
                && stats.acquired() <= leases + ledger.unsure.sum();
    }

    // --- all objects

    private List<Lease<Thing>> acquireAll(Era era) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        warmUp(era, end);
        List<Lease<Thing>> all = new ArrayList<>();
        while (all.size() < era.size()) {
            try {
                Lease<Thing> lease = era.pool().acquire(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                era.ledger().leases.increment();
                lease.get().take(Thing.INSPECTOR);
                all.add(lease);
            } catch (CreateFailedException e) {
                TimeUnit.MILLISECONDS.sleep(5); // the breaker is open until the next try
                if (System.nanoTime() - end < 0) {
                    continue;
                }
                return lacking(era, all, e);
            } catch (RuntimeException e) {
                return lacking(era, all, e);
            }
        }
        tryOneMore(era, "P1: one more than maxSize could be had");
        return all;
    }

    private static void warmUp(Era era, long end) throws InterruptedException {
        while (System.nanoTime() - end < 0) {
            try {
                era.pool().warmUp(era.size()).get(SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                TimeUnit.MILLISECONDS.sleep(5); // the failure may be one from before
            } catch (TimeoutException e) {
                return;
            }
        }
    }

    private List<Lease<Thing>> lacking(Era era, List<Lease<Thing>> all, RuntimeException e) {
        violations.add("P9: only " + all.size() + " of " + era.size() + " objects could be had, then " + e);
        return all;
    }

    private void tryOneMore(Era era, String complaint) {
        Optional<Lease<Thing>> oneMore = era.pool().tryAcquire();
        oneMore.ifPresent(lease -> {
            violations.add(complaint + ": " + era.pool());
            lease.close();
        });
    }

    // --- the queue

    /** Some wait, one leaves (the head, one in the middle or the last, in turn), and the objects come back one by one: each goes to the one who is the oldest then. */
    private void serveInOrder(Era era, List<Lease<Thing>> held) throws InterruptedException {
        Pool<Thing> pool = era.pool();
        List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
        int waiters = Math.min(WAITERS, era.settings().maxWaiters());
        for (int i = 0; i < waiters; i++) {
            waiting.add(pool.acquireAsync());
        }
        era.ledger().unsure.increment();
        int leaving = (waiters - 1) * (rounds++ % 3) / 2;
        waiting.remove(leaving).cancel(false);
        ArrayDeque<CompletableFuture<Lease<Thing>>> queue = new ArrayDeque<>(waiting);
        tryOneMore(era, "P4: tryAcquire overtook those who wait");
        Lease<Thing> last = held.remove(held.size() - 1);
        boolean isHandedOn = false;
        while (!queue.isEmpty()) {
            CompletableFuture<Lease<Thing>> next = queue.remove();
            if (next.isDone() || !isServed(era, last, next, queue, isHandedOn)) {
                violations.add("P4, P5: " + queue.size() + " wait behind one who was not served in turn: " + pool);
                queue.forEach(future -> future.cancel(false));
                return;
            }
            last = next.getNow(last);
            isHandedOn = true;
        }
        held.add(last);
        looks.count("quiet: served in order");
    }

    /**
     * The object reaches the oldest waiter, perhaps by way of a replacement, and none other. The housekeeper would mend a
     * wake-up that was lost; so where a release hands on what it releases, that is to be done when it returns. The first
     * object may have been marked for retirement, by a change of the factory say; those after it not.
     */
    private boolean isServed(
            Era era,
            Lease<Thing> last,
            CompletableFuture<Lease<Thing>> next,
            ArrayDeque<CompletableFuture<Lease<Thing>>> others,
            boolean isHandedOn)
            throws InterruptedException {
        release(last);
        if (isHandedOn && era.settings().servesAtOnce() && !next.isDone()) {
            violations.add("P5: what was released did not reach the one who waited at once: " + era.pool());
        }
        try {
            next.get(Settings.ACQUIRE_TIMEOUT.toMillis() / 2, TimeUnit.MILLISECONDS)
                    .get()
                    .take(Thing.INSPECTOR);
            era.ledger().leases.increment();
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
        return others.stream().noneMatch(CompletableFuture::isDone);
    }

    private void release(Lease<Thing> lease) {
        lease.get().letGo(Thing.INSPECTOR);
        lease.close();
    }
}
