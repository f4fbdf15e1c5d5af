package dev.cenote.node;

import dev.cenote.node.Messages.UnanswerableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines from a stream, in bounded memory: a line that is too long is passed over. Confined to one thread. */
final class LineReader {

    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int limit;
    private long number;

    LineReader(InputStream in) {
        this.in = in;
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
        if (!hasMore()) {
            return null;
        }
        number++;
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        long length = 0;
        for (boolean isEnded = false; !isEnded && hasMore(); ) {
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            length += position - start;
            if (length <= Messages.LONGEST_LINE) {
                line.write(buffer, start, position - start);
            }
            isEnded = position < limit;
            position += isEnded ? 1 : 0;
        }
        if (length > Messages.LONGEST_LINE) {
            throw new UnanswerableException(
                    "a request must be at most " + Messages.LONGEST_LINE + " bytes long", length + " bytes");
        }
        return line.toByteArray();
    }

    private boolean hasMore() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit;
    }
}
