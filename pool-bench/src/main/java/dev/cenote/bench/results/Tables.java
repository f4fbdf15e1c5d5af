package dev.cenote.bench.results;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.cenote.bench.results.Case.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.util.ListStatistics;

/** Writes the tables of a page from the files of the measurements, each between two marks that have its name. */
final class Tables {

    private static final Pattern PLACE = Pattern.compile("(<!-- table (\\S+) -->\n).*?(<!-- end -->)", Pattern.DOTALL);
    private static final String OURS = "cenote-strict";

    /** The folder of the pictures, seen from the page. */
    static final String PLOTS = "plots";

    private final Path raw;
    private final Path plots;

    /**
     * Reads what was measured.
     *
     * @param raw the folder; each JDK has one in it
     * @param plots the folder for pictures
     */
    Tables(Path raw, Path plots) {
        this.raw = raw;
        this.plots = plots;
    }

    /** The page, with its tables anew. */
    String fill(String page) throws IOException {
        Matcher place = PLACE.matcher(page);
        StringBuilder filled = new StringBuilder();
        while (place.find()) {
            String tables = tables(place.group(2));
            place.appendReplacement(filled, Matcher.quoteReplacement(place.group(1) + tables + place.group(3)));
        }
        return place.appendTail(filled).toString();
    }

    private String tables(String name) throws IOException {
        StringBuilder tables = new StringBuilder();
        for (Path jdk : folders()) {
            for (Waits waits : Waits.ALL) {
                tables.append(waits.name().equals(name) ? waits.table(jdk) : "");
            }
            Path figures = jdk.resolve(name + ".json");
            if (Files.exists(figures)) {
                Run run = new Gson().fromJson(Files.readString(jdk.resolve(name + ".run.json")), Run.class);
                JsonArray results =
                        JsonParser.parseString(Files.readString(figures)).getAsJsonArray();
                String picture = jdk.getFileName() + "-" + name + ".png";
                Plots.draw(name, run, results, plots.resolve(picture));
                tables.append(table(run, results))
                        .append(String.format("![%s on %s](%s/%s)%n%n", name, jdk.getFileName(), PLOTS, picture));
            }
        }
        return tables.isEmpty() ? "\nNot measured yet: `bin/bench-results " + name + "`.\n\n" : tables.toString();
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(raw)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(raw)) {
            return folders.sorted().toList();
        }
    }

    private static String table(Run run, JsonArray figures) {
        StringBuilder table = new StringBuilder();
        JsonObject first = figures.get(0).getAsJsonObject();
        JsonObject metric = first.getAsJsonObject("primaryMetric");
        table.append(String.format(
                "%n%s; %s; `%s`; forks: %d%s. In %s.%n%n",
                run.machine().summary(),
                run.date(),
                run.command(),
                metric.getAsJsonArray("rawData").size(),
                settings(first),
                metric.get("scoreUnit").getAsString()));
        List<String> heads = new ArrayList<>(List.of(""));
        run.columns().forEach(column -> heads.add(column.title()));
        row(table, heads);
        row(table, heads.stream().map(head -> "---").toList());
        run.rows().forEach((id, name) -> {
            List<String> cells = new ArrayList<>(List.of(name));
            run.columns().forEach(column -> cells.add(cell(run, figures, column, id)));
            row(table, cells);
        });
        if (!run.leftOut().isEmpty()) {
            table.append("\nLeft out:");
            run.leftOut()
                    .forEach((name, reason) -> table.append(" ")
                            .append(name)
                            .append(" (")
                            .append(reason)
                            .append(")."));
            table.append("\n");
        }
        return table.append("\n").toString();
    }

    private static String settings(JsonObject result) {
        return result.has("warmupIterations")
                ? String.format(
                        ", of %s × %s after %s × %s",
                        result.get("measurementIterations"),
                        result.get("measurementTime").getAsString(),
                        result.get("warmupIterations"),
                        result.get("warmupTime").getAsString())
                : "";
    }

    private static void row(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String cell(Run run, JsonArray figures, Column column, String id) {
        return find(figures, column, id)
                .map(result -> {
                    double[] forks = forks(result.getAsJsonObject("primaryMetric"));
                    double middle = median(forks);
                    StringBuilder cell = new StringBuilder(number(middle));
                    if (forks.length > 1) {
                        cell.append(String.format(
                                Locale.ROOT, " ± %.0f %%", 100 * (forks[forks.length - 1] - forks[0]) / middle));
                    }
                    Stream.of(run.limit(), OURS)
                            .map(other -> find(figures, column, other))
                            .forEach(other -> cell.append(
                                    other.map(it -> " · " + cost(result, it)).orElse("")));
                    return cell.append(allocated(result)).toString();
                })
                .orElse("–");
    }

    /** What was measured with that setting. */
    static Optional<JsonObject> find(JsonArray figures, Column column, String id) {
        for (JsonElement figure : figures) {
            JsonObject result = figure.getAsJsonObject();
            JsonObject params = result.getAsJsonObject("params");
            boolean isIt = result.get("threads").getAsInt() == column.threads()
                    && params.get("peer").getAsString().equals(id);
            for (Map.Entry<String, String> param : column.params().entrySet()) {
                isIt &= params.get(param.getKey()).getAsString().equals(param.getValue());
            }
            if (isIt) {
                return Optional.of(result);
            }
        }
        return Optional.empty();
    }

    /** How many times what the other costs. */
    private static String cost(JsonObject result, JsonObject other) {
        double ratio = median(forks(result.getAsJsonObject("primaryMetric")))
                / median(forks(other.getAsJsonObject("primaryMetric")));
        return number(result.get("mode").getAsString().equals("thrpt") ? 1 / ratio : ratio);
    }

    private static String allocated(JsonObject result) {
        if (!result.has("secondaryMetrics")) {
            return "";
        }
        for (Map.Entry<String, JsonElement> metric :
                result.getAsJsonObject("secondaryMetrics").entrySet()) {
            if (metric.getKey().endsWith("gc.alloc.rate.norm")) {
                return String.format(
                        Locale.ROOT, " · %.0f B", median(forks(metric.getValue().getAsJsonObject())));
            }
        }
        return "";
    }

    /** The mean of each fork, the least first. */
    static double[] forks(JsonObject metric) {
        List<Double> means = new ArrayList<>();
        for (JsonElement fork : metric.getAsJsonArray("rawData")) {
            means.add(fork.getAsJsonArray().asList().stream()
                    .mapToDouble(JsonElement::getAsDouble)
                    .average()
                    .orElseThrow());
        }
        return means.stream().mapToDouble(mean -> mean).sorted().toArray();
    }

    static double median(double[] values) {
        return new ListStatistics(values).getPercentile(50);
    }

    /** With three digits that count. */
    private static String number(double value) {
        return String.format(
                Locale.ROOT, value < 1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
