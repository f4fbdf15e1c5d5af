package dev.cenote.bench.results;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cenote.bench.IdleMemory;
import dev.cenote.bench.results.Case.Column;
import dev.cenote.peers.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures a case: all pools in turn, then all of them again, so that what the machine does meanwhile befalls all alike. Each
 * turn is a process of its own, which sees one pool only.
 */
final class Measurement {

    /** What JMH writes and nobody reads, or what tells of nothing but the machine's folders. */
    private static final List<String> DROPPED = List.of("jvm", "scorePercentiles", "scoreConfidence");

    private static final String PACKAGE = "dev\\.cenote\\.bench\\.";

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

    /** The results, as JMH writes them. */
    JsonArray run() throws Exception {
        return what.name().equals(Cases.MEMORY) ? idleMemory() : jmh();
    }

    private JsonArray jmh() throws RunnerException {
        Map<String, List<BenchmarkResult>> turns = new LinkedHashMap<>();
        Map<String, RunResult> runs = new LinkedHashMap<>();
        for (int round = 0; round < effort.rounds(what); round++) {
            for (Column column : what.columns()) {
                for (RunResult run : new Runner(options(column).build()).run()) {
                    String id = run.getParams().id() + " by " + column.threads();
                    runs.putIfAbsent(id, run);
                    turns.computeIfAbsent(id, first -> new ArrayList<>()).addAll(run.getBenchmarkResults());
                }
            }
        }
        List<RunResult> all = new ArrayList<>();
        runs.forEach((id, run) -> all.add(new RunResult(run.getParams(), turns.get(id))));
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        ResultFormatFactory.getInstance(ResultFormatType.JSON, new PrintStream(json, false, StandardCharsets.UTF_8))
                .writeOut(all);
        JsonArray results =
                JsonParser.parseString(json.toString(StandardCharsets.UTF_8)).getAsJsonArray();
        results.forEach(Measurement::drop);
        return results;
    }

    private ChainedOptionsBuilder options(Column column) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(PACKAGE + what.benchmark().replace(".", "\\.") + "$")
                .threads(column.threads())
                .shouldFailOnError(effort.isInProcess())
                .mode(what.mode())
                .timeUnit(what.mode() == Mode.AverageTime ? TimeUnit.NANOSECONDS : TimeUnit.MILLISECONDS)
                .param("peer", what.able().stream().map(Peer.Named::id).toArray(String[]::new));
        column.params().forEach(options::param);
        effort.apply(options);
        if (what.allocates()) {
            options.addProfiler(GCProfiler.class);
        }
        return options;
    }

    private static void drop(JsonElement element) {
        if (element.isJsonObject()) {
            JsonObject object = element.getAsJsonObject();
            DROPPED.forEach(object::remove);
            object.entrySet().forEach(entry -> drop(entry.getValue()));
        }
    }

    /** In the form that JMH's results have. */
    private JsonArray idleMemory() throws Exception {
        JsonArray results = new JsonArray();
        String objects = what.columns().get(0).params().get("size");
        for (Peer.Named peer : what.able()) {
            double bytes = effort.isInProcess()
                    ? IdleMemory.bytes(peer, Integer.parseInt(objects))
                    : bytesInItsOwnProcess(peer, objects);
            JsonArray turn = new JsonArray();
            turn.add(bytes);
            JsonArray turns = new JsonArray();
            turns.add(turn);
            JsonObject metric = new JsonObject();
            metric.addProperty("score", bytes);
            metric.addProperty("scoreUnit", "bytes");
            metric.add("rawData", turns);
            JsonObject params = new JsonObject();
            params.addProperty("peer", peer.id());
            params.addProperty("size", objects);
            JsonObject result = new JsonObject();
            result.addProperty("benchmark", IdleMemory.class.getName());
            result.addProperty("mode", "ss");
            result.addProperty("threads", 1);
            result.add("params", params);
            result.add("primaryMetric", metric);
            results.add(result);
        }
        return results;
    }

    private static double bytesInItsOwnProcess(Peer.Named peer, String objects)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-XX:+UseSerialGC",
                        "-XX:-UseTLAB", // else the heap in use includes what is free of a thread's buffer
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdleMemory.class.getName(),
                        peer.id(),
                        objects)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String bytes = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the process that measures the memory of " + peer.name() + " failed");
        }
        return Double.parseDouble(bytes.strip());
    }
}
