package dev.cenote.latency;

import dev.cenote.peers.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What was measured, when and where: the head of a folder of raw results.
 *
 * @param command as one could type it again
 * @param date when it began
 * @param settings alike for all pools
 * @param rounds how often each pool was measured
 * @param pools as they are typed, with their names
 * @param machine where
 */
record Run(String command, String date, Settings settings, int rounds, Map<String, String> pools, Machine machine) {

    static final String FILE = "run.json";

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), Json.text(this));
    }

    static Run read(Path folder) throws IOException {
        return Json.read(folder.resolve(FILE), Run.class);
    }

    /** Without the folder of the raw results, for a file that outlives them. */
    Run withoutOut() {
        return new Run(command.replaceAll(" (--out=[^' ]+|'--out=[^']*')", ""), date, settings, rounds, pools, machine);
    }

    /** What came of it, pool by pool. */
    List<Summary> summaries(Path folder) throws IOException {
        List<Summary> summaries = new ArrayList<>();
        for (Map.Entry<String, String> pool : pools.entrySet()) {
            Summary summary = new Summary(pool.getValue());
            for (int round = 1; round <= rounds; round++) {
                var order = new Measurement.Order(settings, pool.getKey(), round, folder.toString(), null);
                if (Files.exists(order.result())) {
                    summary.add(Json.read(order.result(), Outcome.class), order.waits());
                }
            }
            summaries.add(summary);
        }
        return summaries;
    }
}
