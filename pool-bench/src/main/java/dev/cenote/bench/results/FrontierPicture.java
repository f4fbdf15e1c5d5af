package dev.cenote.bench.results;

import dev.cenote.bench.results.FrontierFigures.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A plot of throughput against the longest wait, on logarithmic axes: this pool's bounds on a line, each peer a point. */
final class FrontierPicture {

    private static final int LEFT = 80;
    private static final int TOP = 44;
    private static final int WIDTH = 600;
    private static final int HEIGHT = 360;
    private static final int CHARACTER = 7;
    private static final int LINE = 13;
    private static final int POINT = 5;
    /** Places of a line between two points that no label should cover. */
    private static final int STEPS = 16;

    private static final int MANY_DECADES = 3;
    /** Where a label may stand beside its point: right, left, above, below, and farther away. */
    private static final int[][] PLACES = {
        {8, 4}, {-8, 4}, {0, -9}, {0, 19}, {8, -9}, {-8, -9}, {8, 18}, {-8, 18}, {0, -23}, {0, 33}, {14, -23}, {-14, 33}
    };

    private static final String HEAD = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 470" role="img" aria-label="Throughput against the longest wait">
        <style>
        text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600 } .grid { stroke: #d0d7de }
        .line { fill: none; stroke: #2f6fdd; stroke-width: 2 } .ours { fill: #2f6fdd } .theirs { fill: #cf4a2d }
        @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d } .line { stroke: #6ea8fe }
        .ours { fill: #6ea8fe } .theirs { fill: #ff8b70 } }
        </style>
        """;

    private final List<Pool> pools;
    private final Axis waits;
    private final Axis turns;
    private final List<Box> taken = new ArrayList<>();
    private final StringBuilder svg = new StringBuilder(HEAD);

    /**
     * A logarithmic axis.
     *
     * @param from the least power of ten
     * @param to the highest
     */
    private record Axis(int from, int to) {

        static Axis of(List<Pool> pools, ToDoubleFunction<Pool> figure) {
            double least = pools.stream().mapToDouble(figure).min().orElse(1);
            double most = pools.stream().mapToDouble(figure).max().orElse(1);
            int from = (int) Math.floor(Math.log10(least));
            return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(most))));
        }

        /** As a part of the axis. */
        double part(double value) {
            return (Math.log10(value) - from) / (to - from);
        }

        List<Double> marks() {
            List<Double> marks = new ArrayList<>();
            for (int decade = from; decade < to; decade++) {
                for (int digit : to - from > MANY_DECADES ? new int[] {1} : new int[] {1, 2, 5}) {
                    marks.add(digit * Math.pow(10, decade));
                }
            }
            marks.add(Math.pow(10, to));
            return marks;
        }
    }

    /** What a label or a point covers. */
    private record Box(int left, int top, int right, int bottom) {

        boolean isApartFrom(Box other) {
            return right <= other.left || other.right <= left || bottom <= other.top || other.bottom <= top;
        }
    }

    private FrontierPicture(FrontierFigures figures) {
        pools = figures.measured();
        waits = Axis.of(pools, Pool::longestMillis);
        turns = Axis.of(pools, Pool::turnsPerSecond);
    }

    /**
     * Draws it.
     *
     * @param picture where to, as SVG
     */
    static void draw(FrontierFigures figures, Path picture) throws IOException {
        FrontierFigures.Load load = figures.run().settings();
        String title = String.format(
                "%d %sthreads on %d objects, JDK %s",
                load.threads(),
                load.isVirtual() ? "virtual " : "",
                load.size(),
                picture.getFileName().toString().split("-")[1]);
        Files.createDirectories(picture.toAbsolutePath().getParent());
        Files.writeString(picture, new FrontierPicture(figures).drawn(title));
    }

    private String drawn(String title) {
        line("<text x=\"%d\" y=\"20\" class=\"title\">%s</text>", LEFT, title);
        line("<text x=\"%d\" y=\"36\">turns a second; higher and farther to the left is better</text>", LEFT);
        line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">longest wait in the median round</text>",
                LEFT + WIDTH / 2, TOP + HEIGHT + 46);
        for (double mark : waits.marks()) {
            int x = x(mark);
            line("<path class=\"grid\" d=\"M%d %dV%d\"/>", x, TOP, TOP + HEIGHT);
            line("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, TOP + HEIGHT + 20, wait(mark));
        }
        for (double mark : turns.marks()) {
            int y = y(mark);
            line("<path class=\"grid\" d=\"M%d %dH%d\"/>", LEFT, y, LEFT + WIDTH);
            line("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 8, y + 4, rate(mark));
        }
        StringBuilder bounds = new StringBuilder();
        for (Pool pool : pools) {
            if (pool.isBound()) {
                bounds.append(x(pool)).append(',').append(y(pool)).append(' ');
            }
            take(x(pool), y(pool), POINT);
        }
        line("<polyline class=\"line\" points=\"%s\"/>", bounds.toString().strip());
        List<Pool> line = pools.stream().filter(Pool::isBound).toList();
        for (int i = 1; i < line.size(); i++) {
            takeSegment(line.get(i - 1), line.get(i));
        }
        for (Pool pool : pools) {
            String type = pool.isOurs() ? "ours" : "theirs";
            line("<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"4\"/>", type, x(pool), y(pool));
        }
        pools.forEach(this::label);
        return svg.append("</svg>\n").toString();
    }

    private void take(int x, int y, int half) {
        taken.add(new Box(x - half, y - half, x + half, y + half));
    }

    private void takeSegment(Pool from, Pool to) {
        for (int step = 1; step < STEPS; step++) {
            int x = x(from) + step * (x(to) - x(from)) / STEPS;
            take(x, y(from) + step * (y(to) - y(from)) / STEPS, 1);
        }
    }

    /** Where it covers nothing, or else where it covers least. */
    private void label(Pool pool) {
        String text = pool.isBound() ? pool.label() : pool.isOurs() ? "Cenote, " + pool.label() : pool.label();
        int width = text.length() * CHARACTER;
        int[] best = PLACES[0];
        long leastCovered = Long.MAX_VALUE;
        for (int[] place : PLACES) {
            Box box = box(pool, place, width);
            boolean isOutside = box.left < LEFT || box.right > LEFT + WIDTH + 60 || box.top < TOP - 4;
            long covered =
                    taken.stream().filter(other -> !box.isApartFrom(other)).count() + (isOutside ? taken.size() : 0);
            if (covered < leastCovered) {
                leastCovered = covered;
                best = place;
            }
        }
        taken.add(box(pool, best, width));
        line(
                "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>",
                pool.isOurs() ? "ours" : "theirs",
                x(pool) + best[0],
                y(pool) + best[1],
                best[0] > 0 ? "start" : best[0] < 0 ? "end" : "middle",
                text);
    }

    private Box box(Pool pool, int[] place, int width) {
        int x = x(pool) + place[0];
        int left = place[0] > 0 ? x : place[0] < 0 ? x - width : x - width / 2;
        int baseline = y(pool) + place[1];
        return new Box(left, baseline - LINE + 2, left + width, baseline + 2);
    }

    private int x(Pool pool) {
        return x(pool.longestMillis());
    }

    private int y(Pool pool) {
        return y(pool.turnsPerSecond());
    }

    private int x(double millis) {
        return (int) Math.rint(LEFT + WIDTH * waits.part(millis));
    }

    private int y(double rate) {
        return (int) Math.rint(TOP + HEIGHT * (1 - turns.part(rate)));
    }

    private static String wait(double millis) {
        return millis < 0.999
                ? number(millis * 1e3) + " µs"
                : millis < 999 ? number(millis) + " ms" : number(millis / 1e3) + " s";
    }

    private static String rate(double rate) {
        return rate < 999 ? number(rate) : rate < 999_999 ? number(rate / 1e3) + " k" : number(rate / 1e6) + " M";
    }

    /** Marks are whole numbers of their unit. */
    private static String number(double mark) {
        return String.valueOf(Math.round(mark));
    }

    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
