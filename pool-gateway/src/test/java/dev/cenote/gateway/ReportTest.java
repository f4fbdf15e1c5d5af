package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final long MILLI = 1_000_000;

    private final Report report = new Report(
            "10 clients.",
            Map.of("command", "bin/gateway </script>"),
            List.of(
                    result("pool", 32, 2_000, Map.of()),
                    result("no pool", 0, 50, Map.of("HTTP 503", 7L, "denied", 8L))),
            List.of(
                    new Fault.Seen(
                            Fault.FIN,
                            "30 connections were sent a FIN",
                            500,
                            Map.of(),
                            0,
                            3 * MILLI,
                            40 * MILLI,
                            true,
                            11 * MILLI,
                            timeline()),
                    new Fault.Seen(
                            Fault.DATABASE,
                            "it was away for 700 ms",
                            500,
                            Map.of(),
                            0,
                            3 * MILLI,
                            40 * MILLI,
                            false,
                            61_000 * MILLI,
                            timeline())),
            List.of(new Report.Cost(4096, result("SCRAM", 32, 3_000, Map.of()), result("plain", 32, 400, Map.of()))));

    private static Result result(String name, int size, long logins, Map<String, Long> errors) {
        Map<String, Double> micros = new LinkedHashMap<>();
        List.of("load", "gateway", "server", "database").forEach(part -> micros.put(part, 100.4));
        return new Result(
                name,
                size,
                size / 2,
                2,
                2_000,
                logins,
                9,
                errors,
                List.of(MILLI, 2 * MILLI, 3 * MILLI, 4 * MILLI, 5_000 * MILLI),
                micros,
                Map.of("load", 0.25, "gateway", 0.5),
                timeline(),
                List.of(new double[] {0, MILLI}, new double[] {1, 2 * MILLI}),
                List.of("counted"));
    }

    private static List<Tally.Interval> timeline() {
        return List.of(new Tally.Interval(0, 0.1, 5, 0, MILLI));
    }

    @Test
    void theTablesSayWhatWasMeasured() {
        assertThat(report.text().lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
                .contains(
                        "pool|32|16|1,000|1,000|0|9|1.0 ms|2.0 ms|3.0 ms|4.0 ms|5,000 ms|100|100|100|100|402|0.75",
                        "no pool|–|–|1,000|25|15|9|1.0 ms|2.0 ms|3.0 ms|4.0 ms|5,000 ms|100|100|100|100|402|0.75",
                        "a FIN to every idle connection|500|none|0.0 ms|3.0 ms|40 ms|11 ms|30 connections were sent a FIN",
                        "the database is restarted|500|none|0.0 ms|3.0 ms|40 ms|not in 61,000 ms|it was away for 700 ms",
                        "4,096|1,500|100|200|100",
                        "no pool: 8 denied, 7 HTTP 503");
    }

    @Test
    void thePageHasAllInside(@TempDir Path folder) throws IOException {
        report.write(folder);
        String page = Files.readString(folder.resolve("report.html"));

        assertThat(page)
                .contains(
                        "Chart.js",
                        "function drawPercentiles",
                        "function drawTimeline",
                        "\"30 connections were sent a FIN\"")
                .doesNotContain("/* page */", "/* plots.js */", "/* report.js */", "/* report.css */", "src=\"http");
        assertThat(page.split("</script>", -1)).hasSize(3); // those of the page, none from the data
        assertThat(Files.readString(folder.resolve("report.json"))).contains("\"HTTP 503\": 7");
    }
}
