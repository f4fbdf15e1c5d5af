package dev.cenote.pool.internal.stats;

import dev.cenote.pool.AdaptiveSizing;
import dev.cenote.pool.SizingPolicy;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * Looks for the size from which on more objects bring no more throughput: see {@link SizingPolicy#adaptive}.
 *
 * <p><b>States:</b> climbing or falling, in steps that double from window to window: the window before the step and the one after
 * it are compared, and a step that was wrong is taken back. Or at rest: every second window has one step more, so that there is
 * something to compare. Up to eight windows are compared, which takes out noise. A fall that turned out to cost throughput is not
 * tried again for a while, which grows fourfold each time, unless throughput changes.
 */
public final class AdaptiveLimit implements AdaptiveSizing {

    private static final int FIRST = 8;
    private static final long SHORTEST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int FEWEST_USES = 50;
    private static final double LATE = 0.2; // so many windows are a second longer
    private static final int FEWEST_WINDOWS = 4;
    private static final int MOST_WINDOWS = 8;
    private static final double SMALLEST_STEP = 0.1;
    private static final double LARGEST_STEP = 0.5;
    private static final int SHORTEST_REST = 4; // windows
    private static final int LONGEST_REST = 256;
    private static final double CHANGE = 0.25; // of throughput, which the limit can't have caused

    // The rule.
    private static final double BRINGS_THROUGHPUT = 0.3;
    private static final double BRINGS_WAITS = 0.5;

    /** A gain below this share of a proportional one counts as none: noise has correlations, too. */
    private static final double SMALLEST_GAIN = 0.25;

    private final SizingPolicy demand = SizingPolicy.recentPeaks();
    private final SplittableRandom random;

    // What the adapter tells.
    private final LongAdder good = new LongAdder();
    private final LongAdder bad = new LongAdder();
    private final LongAdder usedNanos = new LongAdder();
    private boolean isTold; // by the adapter

    // The pool asks one question at a time.
    private int limit;
    private double step = SMALLEST_STEP;
    private int direction; // 1 or -1 while it climbs or falls; 0 at rest
    private boolean isTrying; // one step more, for a window
    private int rest;
    private int nextRest = SHORTEST_REST;
    private int before; // the last step
    private final ArrayDeque<Window> windows = new ArrayDeque<>();

    // The window at hand.
    private double nanos;
    private double fullNanos;
    private double inUse;
    private long served;
    private long failed;
    private double endNanos;

    private record Window(double inUse, double throughput, double useNanos) {}

    public AdaptiveLimit(long seed) {
        random = new SplittableRandom(seed);
        endNanos = nextEnd();
    }

    @Override
    public int size(int[] peaks) {
        return demand.size(peaks);
    }

    @Override
    public void used(Duration time, boolean isGood) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must be zero or longer, but was " + time);
        }
        (isGood ? good : bad).increment();
        usedNanos.add(Nanos.nanos(time));
    }

    /** The pool asks once a second, and seconds are not exact. A step may cost something, so it is judged at once. */
    private double nextEnd() {
        return (direction == 0 && random.nextDouble() < LATE ? 1.95 : 0.95) * SHORTEST_NANOS;
    }

    @Override
    public OptionalInt limit(Load load) {
        if (limit == 0) {
            limit = Math.min(FIRST, load.maxSize());
            return OptionalInt.of(limit);
        }
        limit = Math.min(limit, load.maxSize()); // or it climbs unseen, beyond what its user allows
        double loadNanos = Nanos.nanos(load.time());
        nanos += loadNanos;
        fullNanos += load.isFull() ? loadNanos : 0;
        inUse += load.inUse() * loadNanos;
        served += load.served();
        failed += load.failed();
        isTold |= good.sum() + bad.sum() > 0;
        long uses = isTold ? good.sum() + bad.sum() : served + failed;
        if (nanos >= endNanos && (uses >= FEWEST_USES || nanos >= LONGEST_NANOS)) {
            end(uses);
        }
        return OptionalInt.of(limit + (isTrying ? smallestStep() : 0));
    }

    private void end(long uses) {
        double used = isTold ? usedNanos.sumThenReset() : inUse;
        double count = isTold ? good.sumThenReset() : served;
        bad.reset();
        boolean isFull = fullNanos >= nanos / 2;
        Window window = new Window(inUse / nanos, count / nanos, used / Math.max(1, uses));
        nanos = 0;
        fullNanos = 0;
        inUse = 0;
        served = 0;
        failed = 0;
        judge(window, isFull && uses >= FEWEST_USES);
        endNanos = nextEnd();
    }

    private void judge(Window window, boolean isTelling) {
        if (!isTelling) {
            isTrying = false; // it is not the limit that decides, or nothing can be told
            windows.clear();
            return;
        }
        if (direction == 0 && isElsewhere(window)) {
            nextRest = SHORTEST_REST;
            rest = 0;
            windows.clear();
        }
        windows.addLast(window);
        if (windows.size() > MOST_WINDOWS) {
            windows.removeFirst();
        }
        decide();
    }

    /** The server, or the load, has changed: what was learned before counts no more. */
    private boolean isElsewhere(Window window) {
        Window first = windows.peekFirst();
        if (first == null) {
            return false;
        }
        double inProportion = first.throughput * window.inUse / first.inUse;
        return window.throughput < (1 - CHANGE) * Math.min(first.throughput, inProportion)
                || window.throughput > (1 + CHANGE) * Math.max(first.throughput, inProportion);
    }

    private void decide() {
        double throughput = correlation(Window::throughput);
        boolean isWorthIt = throughput >= BRINGS_THROUGHPUT && gain() >= SMALLEST_GAIN;
        boolean isTooMuch = !isWorthIt && (throughput < 0 || correlation(Window::useNanos) > BRINGS_WAITS);
        if (direction == 0) {
            decideAtRest(isWorthIt, isTooMuch);
        } else if (direction > 0 ? isWorthIt : isTooMuch) {
            step = Math.min(LARGEST_STEP, 2 * step);
            move(direction);
        } else if (direction > 0 || isWorthIt) {
            limit = before; // the last step brought nothing, or cost something
            settle(direction < 0);
        } else {
            settle(false);
        }
    }

    private void decideAtRest(boolean isWorthIt, boolean isTooMuch) {
        boolean isKnown = windows.size() >= FEWEST_WINDOWS;
        step = SMALLEST_STEP;
        if (isKnown && isWorthIt) {
            limit += isTrying ? smallestStep() : 0; // that is where the last window was
            move(1);
        } else if (isKnown && isTooMuch && rest == 0) {
            move(-1);
        } else {
            rest = Math.max(0, rest - 1);
            isTrying = !isTrying;
        }
    }

    /** The next two windows tell whether that was right. */
    private void move(int towards) {
        Window last = windows.getLast();
        windows.clear();
        windows.add(last);
        direction = towards;
        isTrying = false;
        before = limit;
        limit = Math.max(1, limit + towards * Math.max(1, (int) Math.round(limit * step)));
    }

    private void settle(boolean hasFallenTooFar) {
        windows.clear();
        direction = 0;
        if (hasFallenTooFar) {
            rest = nextRest;
            nextRest = Math.min(LONGEST_REST, 4 * nextRest);
        }
    }

    private int smallestStep() {
        return Math.max(1, (int) Math.round(limit * SMALLEST_STEP));
    }

    /** With the number of objects in use; 0 if one of the two does not change. */
    private double correlation(ToDoubleFunction<Window> figure) {
        double meanX = windows.stream().mapToDouble(Window::inUse).average().orElse(0);
        double meanY = windows.stream().mapToDouble(figure).average().orElse(0);
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (Window window : windows) {
            double x = window.inUse - meanX;
            double y = figure.applyAsDouble(window) - meanY;
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
        boolean isFlat = xx < 1e-9 * meanX * meanX || yy < 1e-9 * meanY * meanY;
        return isFlat ? 0 : xy / Math.sqrt(xx * yy);
    }

    /** By how many per cent throughput grows when one per cent more is in use. */
    private double gain() {
        double meanX = windows.stream().mapToDouble(Window::inUse).average().orElse(0);
        double meanY =
                windows.stream().mapToDouble(Window::throughput).average().orElse(0);
        double xx = 0;
        double xy = 0;
        for (Window window : windows) {
            xx += (window.inUse - meanX) * (window.inUse - meanX);
            xy += (window.inUse - meanX) * (window.throughput - meanY);
        }
        return xx == 0 || meanY == 0 ? 0 : xy / xx * meanX / meanY;
    }
}
