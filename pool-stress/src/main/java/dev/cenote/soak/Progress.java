package dev.cenote.soak;

import java.util.concurrent.TimeUnit;

/** A line every second. */
final class Progress implements Runnable {

    private final Soaking soaking;

    Progress(Soaking soaking) {
        this.soaking = soaking;
    }

    @Override
    public void run() {
        long before = 0;
        try {
            while (!soaking.stage.isOver()) {
                TimeUnit.SECONDS.sleep(1);
                long now = soaking.acquires();
                System.out.printf(
                        "%5d s  %,16d acquires  %,13d /s  pool %3d  %,9d faults  %d violations%n",
                        soaking.elapsed().toSeconds(),
                        now,
                        now - before,
                        soaking.era().number(),
                        soaking.faults.tally.sum(),
                        soaking.violations.count());
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
