package dev.cenote.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a recording, replayed with several sizes, says.
 *
 * @param settings what was tried, but for the size
 * @param points one for each size, the smallest first
 */
record Answer(Replay.Settings settings, List<Point> points) {

    /**
     * One size.
     *
     * @param assumed what callers see if the assumption about the server holds
     * @param all that, and what they see in the other cases
     */
    record Point(Outcome assumed, List<Outcome> all) {
        int size() {
            return assumed.size();
        }

        <T extends Comparable<T>> T least(Function<Outcome, T> figure) {
            return all.stream().map(figure).min(Comparator.naturalOrder()).orElseThrow();
        }

        <T extends Comparable<T>> T most(Function<Outcome, T> figure) {
            return all.stream().map(figure).max(Comparator.naturalOrder()).orElseThrow();
        }
    }

    /** Replays for each size, on all processors. */
    static Answer of(
            Recording recording, List<Integer> sizes, Replay.Settings settings, Assumption assumption, long seed) {
        List<Server> servers = Stream.concat(Stream.of(assumption.server()), assumption.other().stream())
                .toList();
        List<double[]> work = servers.stream()
                .map(server -> Work.of(recording.calls(), server, seed))
                .toList();
        int runs = sizes.size() * servers.size();
        List<Outcome> outcomes = IntStream.range(0, runs)
                .parallel()
                .mapToObj(run -> {
                    int server = run % servers.size();
                    return Replay.run(
                            recording,
                            settings.withSize(sizes.get(run / servers.size())),
                            servers.get(server),
                            work.get(server),
                            seed);
                })
                .toList();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < runs; i += servers.size()) {
            points.add(new Point(outcomes.get(i), outcomes.subList(i, i + servers.size())));
        }
        return new Answer(settings, points);
    }

    /** The smallest size from which on every size meets the target. */
    OptionalInt smallest(Target target) {
        return smallest(point -> target.isMet(point.assumed()));
    }

    OptionalInt smallestAtBest(Target target) {
        return smallest(point -> point.all().stream().anyMatch(target::isMet));
    }

    OptionalInt smallestAtWorst(Target target) {
        return smallest(point -> point.all().stream().allMatch(target::isMet));
    }

    private OptionalInt smallest(java.util.function.Predicate<Point> isMet) {
        int from = points.size();
        while (from > 0 && isMet.test(points.get(from - 1))) {
            from--;
        }
        return from == points.size()
                ? OptionalInt.empty()
                : OptionalInt.of(points.get(from).size());
    }

    /**
     * Where the curve of the 99th percentile, on a logarithmic scale, bends most: beyond that size more objects bring little. The
     * point that is furthest below the line from the curve's beginning to its end, after Satopää and others, "Finding a
     * 'Kneedle' in a Haystack", 2011. Empty if there is no such bend.
     */
    OptionalInt knee() {
        int last = points.size() - 1;
        if (last < 2) {
            return OptionalInt.empty();
        }
        double high = height(0);
        double low = points.stream().mapToDouble(Answer::height).min().orElseThrow();
        double best = 0.05;
        OptionalInt knee = OptionalInt.empty();
        for (int i = 1; i < last && high > low; i++) {
            double across = (double) (points.get(i).size() - points.get(0).size())
                    / (points.get(last).size() - points.get(0).size());
            double below = 1 - across - (height(i) - low) / (high - low);
            if (below > best) {
                best = below;
                knee = OptionalInt.of(points.get(i).size());
            }
        }
        return knee;
    }

    private double height(int index) {
        return height(points.get(index));
    }

    private static double height(Point point) {
        return Math.log10(1e3 + point.assumed().p99().toNanos()); // less than a microsecond is nothing
    }
}
