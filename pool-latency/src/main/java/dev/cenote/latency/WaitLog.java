package dev.cenote.latency;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/** A file with a histogram of waits for each tenth of a second, in HdrHistogram's log format. */
final class WaitLog implements AutoCloseable {

    /** The tag of how much too late sleeping callers woke. */
    private static final String OVERSLEEPS = "oversleeps";

    private final PrintStream file;
    private final HistogramLogWriter writer;

    WaitLog(OutputStream stream) {
        file = new PrintStream(new BufferedOutputStream(stream), false, StandardCharsets.UTF_8);
        writer = new HistogramLogWriter(file);
        writer.outputComment("[waits in nanoseconds]");
        writer.outputLogFormatVersion();
        writer.outputLegend();
    }

    void add(Histogram waits, Histogram oversleeps, long beginMillis, long endMillis) {
        write(waits, beginMillis, endMillis);
        if (oversleeps.getTotalCount() > 0) {
            oversleeps.setTag(OVERSLEEPS);
            write(oversleeps, beginMillis, endMillis);
        }
    }

    private void write(Histogram histogram, long beginMillis, long endMillis) {
        histogram.setStartTimeStamp(beginMillis);
        histogram.setEndTimeStamp(endMillis);
        writer.outputIntervalHistogram(histogram);
    }

    @Override
    public void close() throws IOException {
        boolean isLost = file.checkError();
        file.close();
        if (isLost) {
            throw new IOException("the log of waits could not be written");
        }
    }

    /** The two kinds of histograms that a log has, in the order of time. */
    record Content(List<Histogram> waits, List<Histogram> oversleeps) {}

    static Content read(Path path) throws IOException {
        Content content = new Content(new ArrayList<>(), new ArrayList<>());
        try (HistogramLogReader reader = new HistogramLogReader(path.toFile())) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                boolean isOversleep = OVERSLEEPS.equals(next.getTag());
                (isOversleep ? content.oversleeps : content.waits).add((Histogram) next);
            }
        }
        return content;
    }
}
