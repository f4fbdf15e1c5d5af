package dev.cenote.latency;

import java.util.ArrayList;
import java.util.List;

/** The table on the terminal. */
final class Table {

    private Table() {}

    static String of(Run run, List<PoolResult> results) {
        List<Column> columns = Column.of(run, results);
        List<List<String>> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of("pool"));
        columns.forEach(column -> heads.add(column.title()));
        rows.add(heads);
        for (PoolResult result : results) {
            if (!result.isEmpty()) {
                List<String> row = new ArrayList<>(List.of(result.name()));
                columns.forEach(column -> row.add(column.cell(result)));
                rows.add(row);
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(each -> each.get(column).length())
                        .max()
                        .orElseThrow();
                line.append(String.format(i == 0 ? "%-" + width + "s" : "  %" + width + "s", row.get(i)));
            }
            text.append(line).append(System.lineSeparator());
        }
        for (PoolResult result : results) {
            int told = result.rounds().size() + result.failures().size();
            if (told < run.rounds()) {
                text.append("NOT MEASURED: ")
                        .append(result.name())
                        .append(", ")
                        .append(run.rounds() - told)
                        .append(" of ")
                        .append(run.rounds())
                        .append(" rounds")
                        .append(System.lineSeparator());
            }
            result.failures()
                    .forEach(failure -> text.append("FAILED: ")
                            .append(result.name())
                            .append(", ")
                            .append(failure)
                            .append(System.lineSeparator()));
        }
        return text.toString();
    }
}
