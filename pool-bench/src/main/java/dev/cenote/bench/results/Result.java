package dev.cenote.bench.results;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.cenote.bench.results.Case.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that is kept of a measured case: one file, from which its table and its plot are made.
 *
 * @param run what was measured, when and where
 * @param figures of each pool with each setting; one that failed has none
 */
record Result(Run run, List<Figure> figures) {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    static Result read(Path file) throws IOException {
        return GSON.fromJson(Files.readString(file), Result.class);
    }

    /** A line for the run and one for each figure. */
    void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "{\"run\": " + GSON.toJson(run) + ",\n\"figures\": [\n"
                        + figures.stream().map(GSON::toJson).collect(Collectors.joining(",\n")) + "\n]}\n");
    }

    /** What was measured of that pool with that setting. */
    Optional<Figure> find(Column column, String pool) {
        return figures.stream()
                .filter(it -> it.column().equals(column.title()) && it.pool().equals(pool))
                .findFirst();
    }
}
