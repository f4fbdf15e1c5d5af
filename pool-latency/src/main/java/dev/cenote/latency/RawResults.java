package dev.cenote.latency;

import java.io.IOException;
import java.nio.file.Path;

/** A folder that the tool has written. */
public final class RawResults {

    private RawResults() {}

    /**
     * Where, when and how it was measured, and the table.
     *
     * @param folder the one given as {@code --out}
     * @return lines of text
     * @throws IOException if something of it can't be read
     */
    public static String text(Path folder) throws IOException {
        Run run = Run.read(folder);
        return run.machine().summary() + "\n" + run.date() + "; " + run.command() + "\n\n"
                + Table.of(run, run.summaries(folder));
    }
}
