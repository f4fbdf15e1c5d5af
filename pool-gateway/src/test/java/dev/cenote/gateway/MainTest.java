package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

    @ParameterizedTest
    @CsvSource({
        "--users, 0, expected 1 to",
        "--clients, 25001, expected 1 to 25",
        "--rate, -1, expected 0 to",
        "--sessions, 0, expected 1 to 990",
        "--costs, 0, expected 1 to",
        "--cases, huge, expected one of",
        "--chaos, fire, expected one of",
        "--out, ., expected a folder that does not exist yet",
    })
    void aWrongValueIsNamedWithWhatWasExpected(String option, String value, String expected) {
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(option + "=" + value)).isEqualTo(2);
        } finally {
            System.setErr(before);
        }
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains(option).contains(expected);
    }

    /** The whole of it, small: processes, a database with 100,000 users, a load, faults; and then as fast as can be. */
    @Test
    @Tag("full")
    void everyLoginSucceedsAndFaultsPass(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        int exitCode = Main.run(
                "--users=100000",
                "--clients=50",
                "--rate=100",
                "--seconds=10",
                "--warm-up=3",
                "--timeout=30",
                "--cases=pool,none,small,large",
                "--other-seconds=3",
                "--chaos=fin,server,database,slow",
                "--fault-seconds=6",
                "--data=" + folder.resolve("data"),
                "--out=" + out);

        JsonObject report = JsonParser.parseString(Files.readString(out.resolve("report.json")))
                .getAsJsonObject();
        JsonObject pool = report.getAsJsonArray("cases").get(0).getAsJsonObject();
        assertHasNoErrors(pool, exitCode);
        assertThat(report.getAsJsonArray("cases")).hasSize(4).allSatisfy(MainTest::assertHasFigures);
        Map<String, JsonObject> faults = new TreeMap<>();
        for (JsonElement fault : report.getAsJsonArray("faults")) {
            faults.put(fault.getAsJsonObject().get("fault").getAsString(), fault.getAsJsonObject());
        }
        assertThat(faults).containsOnlyKeys("DATABASE", "FIN", "SERVER", "SLOW");
        assertThat(faults.get("FIN").getAsJsonObject("errors").keySet()).isSubsetOf("HTTP 503");
        faults.values().forEach(fault -> {
            assertThat(fault.get("logins").getAsLong()).isPositive();
            assertThat(fault.get("isWell").getAsBoolean()).isTrue();
            assertThat(Duration.ofNanos(fault.get("wellNanos").getAsLong()))
                    .as("all was well again after %s", fault)
                    .isLessThan(Duration.ofSeconds(60));
        });
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThatPoolsBeatNone(folder);
    }

    /** A machine that stands still for two seconds is told so by 503; nothing else may go wrong. */
    private static void assertHasNoErrors(JsonObject pool, int exitCode) {
        assertThat(pool.getAsJsonObject("errors").keySet()).isSubsetOf("HTTP 503");
        assertThat(exitCode).isEqualTo(pool.getAsJsonObject("errors").isEmpty() ? 0 : 1);
    }

    private static void assertHasFigures(JsonElement element) {
        JsonObject result = element.getAsJsonObject();
        assertThat(result.get("logins").getAsLong()).isPositive();
        Map<String, JsonElement> micros = result.getAsJsonObject("microsByPart").asMap();
        assertThat(micros).containsOnlyKeys("load", "gateway", "server", "database");
        assertThat(micros.values()).allMatch(each -> each.getAsDouble() > 0);
        List<Long> percentiles = result.getAsJsonArray("percentileNanos").asList().stream()
                .map(JsonElement::getAsLong)
                .toList();
        assertThat(percentiles).hasSize(5).isSorted().allMatch(each -> each > 0);
    }

    /**
     * In a closed loop: with logins that fall due both could do all of them. Two of three, since the machine may have other
     * things to do.
     */
    private static void assertThatPoolsBeatNone(Path folder) throws IOException {
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gains.add(gainOfPools(folder, folder.resolve("closed-loop-" + i)));
        }
        assertThat(gains)
                .as("logins with pools for each without")
                .filteredOn(gain -> gain > 1)
                .hasSizeGreaterThan(1);
    }

    private static double gainOfPools(Path folder, Path out) throws IOException {
        int exitCode = Main.run(
                "--users=100000",
                "--clients=32",
                "--rate=0",
                "--seconds=3",
                "--other-seconds=3",
                "--warm-up=3",
                "--timeout=30",
                "--cases=pool,none",
                "--data=" + folder.resolve("data"),
                "--out=" + out);

        JsonArray cases = JsonParser.parseString(Files.readString(out.resolve("report.json")))
                .getAsJsonObject()
                .getAsJsonArray("cases");
        assertHasNoErrors(cases.get(0).getAsJsonObject(), exitCode);
        return perSecond(cases.get(0)) / perSecond(cases.get(1));
    }

    private static double perSecond(JsonElement result) {
        JsonObject figures = result.getAsJsonObject();
        return figures.get("logins").getAsDouble() / figures.get("seconds").getAsDouble();
    }

    /** The table of the costs is of another shape, so nothing can be loaded into it. */
    @Test
    @Tag("full")
    void whatWasMeasuredBeforeAFailureIsReported(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        try (Database database = new Database(data);
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create table " + UserTable.name(7) + " (other int)");
        }
        Path out = folder.resolve("out");
        int exitCode = Main.run(
                "--users=1000",
                "--clients=10",
                "--rate=0",
                "--seconds=1",
                "--warm-up=0",
                "--cases=pool",
                "--costs=7",
                "--data=" + data,
                "--out=" + out);

        assertThat(exitCode).isEqualTo(1);
        JsonObject report = JsonParser.parseString(Files.readString(out.resolve("report.json")))
                .getAsJsonObject();
        assertThat(report.getAsJsonArray("cases")).hasSize(1);
        assertThat(report.getAsJsonObject("facts").get("failed").getAsString()).contains(UserTable.name(7));
        assertThat(out.resolve("report.html")).isNotEmptyFile();
    }
}
