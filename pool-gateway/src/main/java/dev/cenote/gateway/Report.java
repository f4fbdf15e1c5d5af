package dev.cenote.gateway;

import com.google.gson.GsonBuilder;
import dev.cenote.latency.OneFilePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run has measured: as tables, as a page in one file, and as JSON.
 *
 * @param settings in a sentence
 * @param facts names and texts: where and how
 * @param cases each pool, the one that is meant first
 * @param faults what clients saw of each
 * @param costs by iterations
 */
record Report(
        String settings, Map<String, String> facts, List<Result> cases, List<Fault.Seen> faults, List<Cost> costs) {

    /**
     * Logins a second, as many as can be had.
     *
     * @param iterations of PBKDF2
     * @param scram with them done by the client
     * @param plain with them done by the server
     */
    record Cost(int iterations, Result scram, Result plain) {}

    /** A table. */
    record Table(List<String> heads, List<List<String>> rows) {}

    private record Plot(String name, List<double[]> percentiles, List<Tally.Interval> timeline) {}

    private record Page(
            String settings, List<List<String>> facts, Table cases, Table faults, Table iterations, List<Plot> plots) {}

    /** The cases. */
    Table caseTable() {
        List<List<String>> rows = cases.stream().map(Report::row).toList();
        return new Table(
                List.of(
                        "case",
                        "sockets",
                        "sessions",
                        "due/s",
                        "logins/s",
                        "errors",
                        "not done",
                        "p50",
                        "p90",
                        "p99",
                        "p99.9",
                        "max",
                        "CPU µs/login: load",
                        "gateway",
                        "server",
                        "database",
                        "sum",
                        "processors busy"),
                rows);
    }

    private static List<String> row(Result result) {
        List<String> row = new ArrayList<>(List.of(
                result.name(),
                size(result.sockets()),
                size(result.sessions()),
                result.due() == 0 ? "–" : Text.count(result.due() / result.seconds()),
                Text.count(result.loginsPerSecond()),
                Text.count(result.errorCount()),
                Text.count(result.unfinished())));
        result.percentileNanos().forEach(nanos -> row.add(Text.millis(nanos)));
        Collection<Double> micros = result.microsByPart().values();
        micros.forEach(each -> row.add(Text.count(Math.rint(each))));
        row.add(Text.count(Math.rint(sum(micros))));
        row.add(String.format(Locale.ROOT, "%.2f", sum(result.busyByPart().values())));
        return row;
    }

    private static double sum(Collection<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String size(int size) {
        return size == 0 ? "–" : String.valueOf(size);
    }

    /** What clients saw of the faults. */
    Table faultTable() {
        return new Table(
                List.of(
                        "fault",
                        "logins",
                        "errors",
                        "first to last error",
                        "longest without a login",
                        "slowest login",
                        "all well after",
                        "note"),
                faults.stream()
                        .map(seen -> List.of(
                                seen.fault().what,
                                Text.count(seen.logins()),
                                Text.errors(seen.errors()),
                                Text.millis(seen.errorSpanNanos()),
                                Text.millis(seen.gapNanos()),
                                Text.millis(seen.slowestNanos()),
                                (seen.isWell() ? "" : "not in ") + Text.millis(seen.wellNanos()),
                                seen.note()))
                        .toList());
    }

    /** Logins a second by iterations. */
    Table costTable() {
        return new Table(
                List.of("iterations", "SCRAM logins/s", "server CPU µs/login", "plain logins/s", "server CPU µs/login"),
                costs.stream()
                        .map(cost -> List.of(
                                Text.count(cost.iterations()),
                                Text.count(cost.scram().loginsPerSecond()),
                                Text.count(Math.rint(cost.scram().microsByPart().get("server"))),
                                Text.count(cost.plain().loginsPerSecond()),
                                Text.count(Math.rint(cost.plain().microsByPart().get("server")))))
                        .toList());
    }

    /** All tables that have rows, and what kinds of errors there were. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Table table : List.of(caseTable(), faultTable(), costTable())) {
            if (!table.rows().isEmpty()) {
                text.append(System.lineSeparator()).append(Text.table(table.heads(), table.rows()));
            }
        }
        cases.stream()
                .filter(result -> !result.errors().isEmpty())
                .forEach(result -> text.append(System.lineSeparator())
                        .append(result.name())
                        .append(": ")
                        .append(Text.errors(result.errors())));
        return text.append(System.lineSeparator()).toString();
    }

    /** Writes {@code report.html} and {@code report.json}. */
    void write(Path folder) throws IOException {
        List<Plot> plots = Stream.concat(
                        cases.stream().map(result -> new Plot(result.name(), result.percentiles(), result.timeline())),
                        faults.stream().map(seen -> new Plot(seen.fault().what, List.of(), seen.timeline())))
                .toList();
        List<List<String>> factRows = facts.entrySet().stream()
                .map(fact -> List.of(fact.getKey(), fact.getValue()))
                .toList();
        Page page = new Page(settings, factRows, caseTable(), faultTable(), costTable(), plots);
        Files.writeString(folder.resolve("report.html"), OneFilePage.of(Report.class, "report", page));
        Files.writeString(
                folder.resolve("report.json"),
                new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(this));
    }
}
