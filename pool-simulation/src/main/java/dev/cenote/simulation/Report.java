package dev.cenote.simulation;

import com.google.gson.Gson;
import dev.cenote.pool.Fairness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.Function;

/** What the command says: on the terminal, and on a page that needs no network. */
final class Report {

    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js";
    private static final String CHART_JS_VERSION = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";
    private static final List<String> HEADS = List.of(
            "size",
            "p50",
            "p99",
            "band of p99",
            "p99.9",
            "band of p99.9",
            "timeouts",
            "band of timeouts",
            "refused",
            "failed",
            "created",
            "busy");

    private final Recording recording;
    private final Assumption assumption;
    private final List<Answer> answers;
    private final Target target;
    private final Outcome recorded;
    private final Caveats caveats;

    /** @param target null if there is none */
    Report(Recording recording, Assumption assumption, List<Answer> answers, Target target) {
        this.recording = recording;
        this.assumption = assumption;
        this.answers = answers;
        this.target = target;
        recorded = Outcome.of(recording);
        caveats = new Caveats(recording, recorded, answers);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(head()).append('\n');
        caveats.notes().forEach(note -> text.append("! ").append(note).append('\n'));
        for (Answer answer : answers) {
            text.append('\n').append(title(answer)).append('\n').append(table(answer));
            conclusions(answer).forEach(line -> text.append(line).append('\n'));
        }
        return text.append('\n').append(assumptions()).append('\n').toString();
    }

    private String head() {
        return format(
                "%s: %d calls in %s, %.4g a second; recorded with size %d",
                recording.settings().name(),
                recorded.calls(),
                TimeSpans.text(recording.length()),
                recorded.calls() / Math.max(1e-9, recording.length().toNanos() / 1e9),
                recorded.size());
    }

    private String title(Answer answer) {
        Replay.Settings settings = answer.settings();
        Fairness fairness = settings.fairness();
        return format(
                "%s order, at most %d waiters%s",
                fairness.isStrict() ? "strict" : "eventual:" + TimeSpans.text(fairness.bound()),
                settings.maxWaiters(),
                settings.timeout().isZero() ? "" : ", time-out " + TimeSpans.text(settings.timeout()));
    }

    /** @param point of which the outcome is; null for the recording */
    private static List<String> cells(Outcome outcome, Answer.Point point) {
        return List.of(
                point == null ? "recorded" : "" + point.size(),
                TimeSpans.text(outcome.p50()),
                TimeSpans.text(outcome.p99()),
                band(point, Outcome::p99, TimeSpans::text),
                TimeSpans.text(outcome.p999()),
                band(point, Outcome::p999, TimeSpans::text),
                "" + outcome.timeouts(),
                band(point, Outcome::timeouts, String::valueOf),
                "" + outcome.refusals(),
                "" + outcome.failures(),
                "" + outcome.creates(),
                format("%.0f %%", 100 * outcome.utilisation()));
    }

    private static <T extends Comparable<T>> String band(
            Answer.Point point, Function<Outcome, T> figure, Function<T, String> text) {
        return point == null ? "" : text.apply(point.least(figure)) + " … " + text.apply(point.most(figure));
    }

    private List<List<String>> rows(Answer answer) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(cells(recorded, null));
        answer.points().forEach(point -> rows.add(cells(point.assumed(), point)));
        return rows;
    }

    private String table(Answer answer) {
        List<List<String>> rows = rows(answer);
        rows.add(0, HEADS);
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(each -> each.get(column).length())
                        .max()
                        .orElse(0);
                table.append(" ".repeat(width - row.get(i).length() + (i == 0 ? 0 : 2)))
                        .append(row.get(i));
            }
            table.append('\n');
        }
        return table.toString();
    }

    List<String> conclusions(Answer answer) {
        List<String> lines = new ArrayList<>();
        if (target != null) {
            OptionalInt size = answer.smallest(target);
            lines.add(
                    size.isPresent()
                            ? format(
                                    "smallest size with %s: %d (%s at best, %s at worst)",
                                    target,
                                    size.getAsInt(),
                                    orNone(answer.smallestAtBest(target)),
                                    orNone(answer.smallestAtWorst(target)))
                            : format("no size that was tried has %s", target));
        }
        OptionalInt knee = answer.knee();
        lines.add(
                knee.isPresent()
                        ? "knee of the curve: " + knee.getAsInt() + "; beyond it more objects bring little"
                        : "the curve has no knee among these sizes");
        return lines;
    }

    private static String orNone(OptionalInt size) {
        return size.isPresent() ? "" + size.getAsInt() : "none";
    }

    private String assumptions() {
        return "assumed: " + assumption.text() + "\n" + "assumed: " + String.join("\nassumed: ", caveats.limits());
    }

    // --- the page

    /** What the page's script is given. */
    private record Page(
            String head,
            List<String> notes,
            List<String> heads,
            List<Series> series,
            List<String> assumed,
            Double target) {}

    /**
     * One answer.
     *
     * @param sizes and for each the 99th percentile in milliseconds: if the assumption holds, and the ends of the band
     */
    private record Series(
            String title,
            List<List<String>> rows,
            List<String> conclusions,
            List<Integer> sizes,
            List<Double> p99,
            List<Double> low,
            List<Double> high,
            List<Double> busy) {}

    String html() throws IOException {
        List<String> assumed = new ArrayList<>(List.of(assumption.text()));
        assumed.addAll(caveats.limits());
        Page page = new Page(
                head(),
                caveats.notes(),
                HEADS,
                answers.stream().map(this::series).toList(),
                assumed,
                target == null ? null : target.longest().toNanos() / 1e6);
        return resource("/dev/cenote/simulation/report.html")
                .replace("/* chart.js */", chartJs())
                .replace("/* page */", new Gson().toJson(page)); // escapes < and >, so no script ends early
    }

    private Series series(Answer answer) {
        Function<Function<Answer.Point, Duration>, List<Double>> millis = figure -> answer.points().stream()
                .map(point -> Math.max(1e-3, figure.apply(point).toNanos() / 1e6)) // the scale is logarithmic
                .toList();
        return new Series(
                title(answer),
                rows(answer),
                conclusions(answer),
                answer.points().stream().map(Answer.Point::size).toList(),
                millis.apply(point -> point.assumed().p99()),
                millis.apply(point -> point.least(Outcome::p99)),
                millis.apply(point -> point.most(Outcome::p99)),
                answer.points().stream()
                        .map(point -> 100 * point.assumed().utilisation())
                        .toList());
    }

    private static String chartJs() throws IOException {
        Properties artifact = new Properties();
        try (InputStream file = open(CHART_JS_VERSION)) {
            artifact.load(file);
        }
        String script = resource(format(CHART_JS, artifact.getProperty("version")));
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String resource(String path) throws IOException {
        try (InputStream file = open(path)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String path) throws IOException {
        InputStream file = Report.class.getResourceAsStream(path);
        if (file == null) {
            throw new IOException(path + " is not on the class path");
        }
        return file;
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
