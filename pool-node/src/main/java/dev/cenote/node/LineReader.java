package dev.cenote.node;

import dev.cenote.node.Messages.UnanswerableException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines from a stream, in bounded memory: what is too long is passed over to its end. Confined to one thread. */
final class LineReader {

    private final InputStream in;
    private long number;

    LineReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** How many lines were read so far. */
    long number() {
        return number;
    }

    /**
     * Reads the next line; blocks until there is one.
     *
     * @return the line without its end, or null after the last one, whether that had an end or not
     * @throws UnanswerableException if the line is longer than {@link Messages#LONGEST_LINE}; the next one can be read
     */
    byte @Nullable [] next() throws IOException, UnanswerableException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        int read = in.read();
        if (read < 0) {
            return null;
        }
        number++;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (++length <= Messages.LONGEST_LINE) {
                line.write(read);
            }
        }
        if (length > Messages.LONGEST_LINE) {
            throw tooLong(length + " bytes");
        }
        return line.toByteArray();
    }

    static UnanswerableException tooLong(String length) {
        return new UnanswerableException("a request must be at most " + Messages.LONGEST_LINE + " bytes long", length);
    }
}
