package dev.cenote.bench.results;

import com.google.gson.Gson;
import dev.cenote.peers.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The rounds of a case of the frontier, as the latency tool keeps them.
 *
 * @param run what was measured, when and where
 * @param pools in the order in which they are shown
 */
record FrontierFigures(Head run, List<Pool> pools) {

    static final String CSV_HEAD = "case,pool,round,turns_per_second,longest_wait_ms,least_to_most,date\n";

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double WIDE = 0.2; // as in the other tables

    /** What was measured. */
    record Head(String date, Machine machine, int rounds, Load settings) {}

    /** The callers and the objects. */
    record Load(int threads, boolean isVirtual, int size, double warmUpSeconds, double seconds) {

        /** As it is typed. */
        String name() {
            return threads + "-on-" + size + (isVirtual ? Frontier.VIRTUAL : "");
        }
    }

    /** One process. */
    record Round(long turns, long leastTurns, long mostTurns, long longestNanos, double seconds) {

        double turnsPerSecond() {
            return turns / seconds;
        }

        double longestMillis() {
            return longestNanos / NANOS_PER_MILLI;
        }

        double evenness() {
            return (double) leastTurns / mostTurns;
        }
    }

    /** The rounds of one pool. */
    record Pool(String name, List<Round> rounds, List<String> failures) {

        private static final String OURS = "Cenote, ";

        boolean isOurs() {
            return name.startsWith(OURS);
        }

        /** Whether it is this pool with a bound. */
        boolean isBound() {
            return name.startsWith(OURS + "eventual ");
        }

        /** The mode of this pool, the name of another. */
        String label() {
            return name.replace(OURS + "eventual ", "").replace(OURS, "");
        }

        double turnsPerSecond() {
            return median(Round::turnsPerSecond);
        }

        double longestMillis() {
            return median(Round::longestMillis);
        }

        double median(ToDoubleFunction<Round> figure) {
            double[] sorted = sorted(figure);
            return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }

        double[] sorted(ToDoubleFunction<Round> figure) {
            return rounds.stream().mapToDouble(figure).sorted().toArray();
        }

        /** How far it is ahead of the other in what it is less ahead in: at least 1 if in neither behind. */
        double aheadOf(Pool other) {
            return Math.min(turnsPerSecond() / other.turnsPerSecond(), other.longestMillis() / longestMillis());
        }
    }

    static FrontierFigures read(Path file) throws IOException {
        return new Gson().fromJson(Files.readString(file), FrontierFigures.class);
    }

    /** Those that have figures. A pool that served nobody in most rounds has none. */
    List<Pool> measured() {
        return pools.stream()
                .filter(pool -> !pool.rounds().isEmpty() && pool.turnsPerSecond() > 0 && pool.longestMillis() > 0)
                .toList();
    }

    String csv() {
        StringBuilder rows = new StringBuilder();
        for (Pool pool : pools) {
            for (int i = 0; i < pool.rounds().size(); i++) {
                Round round = pool.rounds().get(i);
                rows.append(String.format(
                        Locale.ROOT,
                        "%s,\"%s\",%d,%.0f,%.4f,%.3f,%s%n",
                        run.settings().name(),
                        pool.name(),
                        i + 1,
                        round.turnsPerSecond(),
                        round.longestMillis(),
                        round.evenness(),
                        run.date()));
            }
        }
        return rows.toString();
    }

    /** In Markdown, with where it was measured. */
    String table() {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%s; %s; `bin/frontier %s`; rounds: %d, of %.1f s after %.1f s.%n%n",
                run.machine().summary(),
                run.date().split("T")[0], // the day, as in the other tables
                run.settings().name(),
                run.rounds(),
                run.settings().seconds(),
                run.settings().warmUpSeconds()));
        table.append("| pool | turns/s | longest wait in ms | least/most |"
                + " a bound with at least its turns and at most its longest wait |\n| --- | --: | --: | --: | --- |\n");
        for (Pool pool : pools) {
            if (!measured().contains(pool)) {
                String reason = pool.failures().isEmpty() ? "served nobody" : "failed: " + pool.failures();
                table.append(String.format("| %s | – | – | – | %s |%n", pool.name(), reason));
                continue;
            }
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f%s | %s%s | %.2f | %s |%n",
                    pool.name(),
                    pool.turnsPerSecond(),
                    spread(pool),
                    millis(pool.longestMillis()),
                    range(pool),
                    pool.sorted(Round::evenness)[0],
                    pool.isOurs() ? "" : verdict(pool)));
        }
        return table.toString();
    }

    private static String spread(Pool pool) {
        double[] turns = pool.sorted(Round::turnsPerSecond);
        double spread = (turns[turns.length - 1] - turns[0]) / pool.turnsPerSecond();
        return turns.length == 1
                ? ""
                : String.format(Locale.ROOT, spread > WIDE ? " **± %.0f %%**" : " ± %.0f %%", 100 * spread);
    }

    private static String range(Pool pool) {
        double[] longest = pool.sorted(Round::longestMillis);
        return longest.length == 1
                ? ""
                : " (" + millis(longest[0]) + " to " + millis(longest[longest.length - 1]) + ")";
    }

    /** Strict order counts as a bound of zero. */
    private String verdict(Pool peer) {
        List<Pool> ours = measured().stream().filter(Pool::isOurs).toList();
        List<String> ahead = ours.stream()
                .filter(bound -> bound.aheadOf(peer) >= 1)
                .map(Pool::label)
                .toList();
        if (!ahead.isEmpty()) {
            return "yes: " + String.join(", ", ahead);
        }
        return ours.stream()
                .max(Comparator.comparingDouble(bound -> bound.aheadOf(peer)))
                .map(nearest -> String.format(
                        Locale.ROOT,
                        "**no**; %s has %.2f × its turns and %.2f × its longest wait",
                        nearest.label(),
                        nearest.turnsPerSecond() / peer.turnsPerSecond(),
                        nearest.longestMillis() / peer.longestMillis()))
                .orElse("");
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : millis < 100 ? "%.1f" : "%,.0f", millis);
    }
}
