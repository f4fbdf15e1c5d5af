package dev.cenote.bench.results;

import dev.cenote.bench.results.Case.Column;
import dev.cenote.latency.KeptFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes the tables of a page from the files of the measurements, each between two marks that have its name. */
final class Tables {

    private static final Pattern PLACE = Pattern.compile("(<!-- table (\\S+) -->\n).*?(<!-- end -->)", Pattern.DOTALL);
    /** Forks that are further apart than this share of the median are marked. */
    private static final double WIDE = 0.2;

    private static final String OURS = "cenote-strict";

    /** The folder of the pictures, seen from the page. */
    static final String PLOTS = "plots";

    private final Path kept;
    private final Path plots;

    /**
     * Reads what was measured.
     *
     * @param kept the folder of the figures; each JDK has one in it
     * @param plots the folder for pictures
     */
    Tables(Path kept, Path plots) {
        this.kept = kept;
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
            Path file = Results.file(jdk, name);
            if (!Files.exists(file)) {
                continue;
            }
            if (Frontier.CASES.contains(name)) {
                FrontierFigures figures = FrontierFigures.read(file);
                String picture = jdk.getFileName() + "-" + name + ".svg";
                FrontierPicture.draw(figures, plots.resolve(picture));
                tables.append("\n").append(figures.table()).append(picture(name, jdk, picture));
            } else if (Waits.ALL.stream().anyMatch(waits -> waits.name().equals(name))) {
                tables.append("\n```text\n").append(KeptFigures.text(file)).append("```\n\n");
            } else {
                Result result = Result.read(file);
                String picture = jdk.getFileName() + "-" + name + ".png";
                Plots.draw(name, result, plots.resolve(picture));
                tables.append(table(result)).append(picture(name, jdk, picture));
            }
        }
        String command = Frontier.CASES.contains(name) ? "frontier" : "bench-results " + name;
        return tables.isEmpty() ? "\nNot measured yet: `bin/" + command + "`.\n\n" : tables.toString();
    }

    private static String picture(String name, Path jdk, String picture) {
        return String.format("![%s on %s](%s/%s)%n%n", name, jdk.getFileName(), PLOTS, picture);
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(kept)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(kept)) {
            return folders.sorted().toList();
        }
    }

    private static String table(Result result) {
        Run run = result.run();
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "%n%s; %s; `%s`; forks: %d, of %s. In %s.%n%n",
                run.machine().summary(),
                run.date(),
                run.command(),
                result.figures().get(0).forks().length,
                run.iterations(),
                run.unit()));
        List<String> heads = new ArrayList<>(List.of(""));
        run.columns().forEach(column -> heads.add(column.title()));
        row(table, heads);
        row(table, heads.stream().map(head -> "---").toList());
        run.rows().forEach((id, name) -> {
            List<String> cells = new ArrayList<>(List.of(name));
            run.columns().forEach(column -> cells.add(cell(result, column, id)));
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

    private static void row(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String cell(Result result, Column column, String pool) {
        return result.find(column, pool)
                .map(figure -> {
                    StringBuilder cell = new StringBuilder(number(figure.median()));
                    if (figure.forks().length > 1) {
                        double spread = figure.spread() / figure.median();
                        cell.append(String.format(
                                Locale.ROOT, spread > WIDE ? " **± %.0f %%**" : " ± %.0f %%", 100 * spread));
                    }
                    Stream.of(result.run().limit(), OURS)
                            .map(other -> result.find(column, other))
                            .forEach(other -> cell.append(other.map(it -> " · " + cost(result.run(), figure, it))
                                    .orElse("")));
                    if (figure.bytes() != null) {
                        cell.append(String.format(Locale.ROOT, " · %.0f B", figure.medianBytes()));
                    }
                    return cell.toString();
                })
                .orElse("–");
    }

    /** How many times what the other costs. */
    private static String cost(Run run, Figure figure, Figure other) {
        double ratio = figure.median() / other.median();
        return number(run.isRate() ? 1 / ratio : ratio);
    }

    /** With three digits that count. */
    private static String number(double value) {
        return String.format(
                Locale.ROOT, value < 1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
