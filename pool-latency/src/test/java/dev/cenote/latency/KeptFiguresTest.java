package dev.cenote.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.peers.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFiguresTest {

    private static final Settings SETTINGS = new Settings(2, false, 1, 0, 0, false, 0, 1, 1_000, 30_000, null);

    @TempDir
    Path folder;

    @Test
    void theTableIsThatOfTheRawResults() throws IOException {
        Map<String, String> pools = new LinkedHashMap<>();
        pools.put("one", "One's pool");
        pools.put("other", "Another <pool>");
        Run run =
                new Run("bin/latency --out=" + folder + " --rate=1000", "today", SETTINGS, 2, pools, Machine.here(""));
        run.write(folder);
        add("one", 1, 300, 4_000_000);
        add("one", 2, 500, 2_000_000);
        add("other", 1, 700, 1_000);
        write(Outcome.failed("other", 2, "it hangs"));

        Path file = folder.resolve("kept").resolve("figures.json");
        KeptFigures.keep(folder, file);

        String table = Table.of(
                run, run.summaries(folder).stream().map(Summary::result).toList());
        assertThat(table).contains("One's pool", "FAILED: Another <pool>, round 2: it hangs", "4.01 ms", "overslept");
        assertThat(KeptFigures.text(file))
                .isEqualTo(run.machine().summary() + "\ntoday; bin/latency --rate=1000\n\n" + table);
        assertThat(Files.readString(file).lines())
                .as("head, tail, and a line for each pool")
                .hasSize(5);
    }

    private void add(String pool, int round, long... waits) throws IOException {
        try (WaitLog log = new WaitLog(Files.newOutputStream(order(pool, round).waits()))) {
            Histogram histogram = Caller.newHistogram();
            for (long wait : waits) {
                histogram.recordValueWithCount(wait, 1_000);
            }
            Histogram oversleeps = Caller.newHistogram();
            oversleeps.recordValue(waits[0]);
            log.add(histogram, oversleeps, 0, 1_000);
        }
        write(new Outcome(pool, round, null, new long[] {round * 900L, 1_100}, 3, 5, 1, 1.5, 40, List.of("G1"), null));
    }

    private void write(Outcome outcome) throws IOException {
        Files.writeString(order(outcome.pool(), outcome.round()).result(), Json.text(outcome));
    }

    private Measurement.Order order(String pool, int round) {
        return new Measurement.Order(SETTINGS, pool, round, folder.toString(), null);
    }
}
