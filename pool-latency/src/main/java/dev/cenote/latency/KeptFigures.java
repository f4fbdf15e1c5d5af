package dev.cenote.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The figures of a measurement in one small file, from which its table can be made again. */
public final class KeptFigures {

    /** What stands in the file. */
    private record Content(Run run, List<PoolResult> pools) {}

    private KeptFigures() {}

    /**
     * Writes the file: a line for the run and one for each pool.
     *
     * @param folder the one given to the tool as {@code --out}
     * @param file is replaced if it exists
     * @throws IOException if something can't be read or written
     */
    public static void keep(Path folder, Path file) throws IOException {
        Run run = Run.read(folder);
        String pools = run.summaries(folder).stream()
                .map(Summary::result)
                .map(Json::plainLine)
                .collect(Collectors.joining(",\n"));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file, "{\"run\": " + Json.plainLine(run.withoutOut()) + ",\n\"pools\": [\n" + pools + "\n]}\n");
    }

    /**
     * Where, when and how it was measured, and the table.
     *
     * @param file one that was written
     * @return lines of text
     * @throws IOException if it can't be read
     */
    public static String text(Path file) throws IOException {
        Content content = Json.read(file, Content.class);
        Run run = content.run();
        return run.machine().summary() + "\n" + run.date() + "; " + run.command() + "\n\n"
                + Table.of(run, content.pools());
    }
}
