package dev.cenote.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node on a pair of streams: answers each line as it comes, in order. */
final class StandardStreams {

    private static final Logger LOG = LoggerFactory.getLogger(StandardStreams.class);

    private StandardStreams() {}

    /** Serves until the input ends. */
    static void serve(InputStream in, OutputStream out) throws IOException {
        LineReader lines = new LineReader(in);
        try (Node node = new Node()) {
            for (boolean isOpen = true; isOpen; ) {
                try {
                    byte[] line = lines.next();
                    isOpen = line != null;
                    if (line != null && !Messages.isBlank(line)) {
                        out.write(node.answer(line));
                        out.flush();
                    }
                } catch (UnanswerableException e) {
                    LOG.warn("line {}: {}", lines.number(), e.getMessage());
                }
            }
        }
    }
}
