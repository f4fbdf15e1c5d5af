package dev.cenote.bench.results;

import dev.cenote.bench.results.Case.Column;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Quiet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures a case: all pools in turn, then all of them again, so that what the machine does meanwhile befalls all alike. Each
 * turn is a process of its own, which sees one pool only.
 */
final class Measurement {

    private static final String PACKAGE = "dev\\.cenote\\.bench\\.";

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Case what;
    private final Effort effort;

    /** With settings that suit the effort. */
    Measurement(Case what, Effort effort) {
        this.what = what.withColumns(what.columns().stream().map(effort::scaled).toList());
        this.effort = effort;
    }

    Case what() {
        return what;
    }

    /**
     * What came of it.
     *
     * @param unit of the figures
     * @param iterations of each process
     * @param figures of what did not fail
     */
    record Outcome(String unit, String iterations, List<Figure> figures) {}

    Outcome run() throws Exception {
        Map<String, List<BenchmarkResult>> turns = new LinkedHashMap<>();
        Map<String, Column> columns = new LinkedHashMap<>();
        RunResult first = null;
        for (int round = 0; round < effort.rounds(); round++) {
            for (Column column : what.columns()) {
                for (RunResult run : turn(column)) {
                    String id = run.getParams().id() + " by " + column.threads();
                    first = first == null ? run : first;
                    columns.putIfAbsent(id, column);
                    turns.computeIfAbsent(id, none -> new ArrayList<>()).addAll(run.getBenchmarkResults());
                }
            }
        }
        if (first == null) {
            throw new RunnerException("none of " + what.name() + " ran");
        }
        List<Figure> figures = new ArrayList<>();
        columns.forEach((id, column) -> figures.add(figure(column, turns.get(id))));
        return new Outcome(first.getPrimaryResult().getScoreUnit(), iterations(first.getParams()), figures);
    }

    /** All pools, one after the other: each in a process of its own, which begins when the machine is quiet. */
    private List<RunResult> turn(Column column) throws RunnerException, IOException, InterruptedException {
        List<RunResult> results = new ArrayList<>();
        for (Peer.Named peer : what.able()) {
            if (effort == Effort.FULL) {
                Quiet.here().await();
            }
            results.addAll(new Runner(options(column, peer).build()).run());
        }
        return results;
    }

    private static Figure figure(Column column, List<BenchmarkResult> turns) {
        BenchmarkResult first = turns.get(0);
        return new Figure(
                column.title(),
                first.getParams().getParam("peer"),
                means(turns, iteration -> iteration.getPrimaryResult().getScore()),
                first.getSecondaryResults().containsKey(ALLOCATED)
                        ? means(
                                turns,
                                iteration -> iteration
                                        .getSecondaryResults()
                                        .get(ALLOCATED)
                                        .getScore())
                        : null);
    }

    private static double[] means(List<BenchmarkResult> turns, ToDoubleFunction<IterationResult> score) {
        return turns.stream()
                .mapToDouble(turn -> turn.getIterationResults().stream()
                        .mapToDouble(score)
                        .average()
                        .orElseThrow())
                .toArray();
    }

    private static String iterations(BenchmarkParams params) {
        return times(params.getMeasurement()) + " after " + times(params.getWarmup());
    }

    private static String times(IterationParams iterations) {
        return iterations.getCount() + " × " + iterations.getTime();
    }

    private ChainedOptionsBuilder options(Column column, Peer.Named peer) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(PACKAGE + what.benchmark().replace(".", "\\.") + "$")
                .threads(column.threads())
                .shouldFailOnError(effort.isInProcess())
                .mode(what.mode())
                .timeUnit(what.mode() == Mode.AverageTime ? TimeUnit.NANOSECONDS : TimeUnit.MILLISECONDS)
                .param("peer", peer.id());
        column.params().forEach(options::param);
        effort.apply(options);
        if (what.allocates()) {
            options.addProfiler(GCProfiler.class);
        }
        return options;
    }
}
