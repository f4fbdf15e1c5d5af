package dev.cenote.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message between gateway and server. On the wire it is the length of what follows (4 bytes, big-endian), the kind (1
 * byte), and for each field its length (2 bytes) and its text in UTF-8. Each request is answered by one frame, in order.
 *
 * @param kind what it says
 * @param fields as many as the kind has
 */
record Frame(Kind kind, List<String> fields) {

    /** The largest length that the first four bytes may say. */
    static final int LARGEST = 8_192;

    private static final int HEADER = 4;

    /** What a frame says. Its place in this list is its byte on the wire. */
    enum Kind {
        /** Request, the first step of SCRAM: the client's first message. */
        FIRST(1),
        /** Request, the last step: the session's id and the client's final message. */
        FINAL(2),
        /** Request, a plain login: the user's name and the password. */
        PLAIN(2),
        /** Answer to {@link #FIRST}: the session's id and the server's first message. */
        CHALLENGE(2),
        /** Answer: logged in; the server's final message, which is empty after a plain login. */
        WELCOME(1),
        /** Answer: not logged in, and why, as the client may know it. */
        DENIED(1),
        /** Answer: the request breaks the protocol; how. */
        MALFORMED(1),
        /** Answer: the server cannot say now; why. */
        UNAVAILABLE(1);

        private static final Kind[] ALL = values();

        private final int fields;

        Kind(int fields) {
            this.fields = fields;
        }
    }

    Frame {
        if (fields.size() != kind.fields) {
            throw new IllegalArgumentException(
                    kind + " must have " + kind.fields + " fields, but has " + fields.size());
        }
    }

    static Frame of(Kind kind, String... fields) {
        return new Frame(kind, List.of(fields));
    }

    String field(int i) {
        return fields.get(i);
    }

    /** As it goes over the wire. A frame that would be too long is an {@link IllegalArgumentException}. */
    byte[] toBytes() {
        byte[][] texts = new byte[fields.size()][];
        int length = 1;
        for (int i = 0; i < texts.length; i++) {
            texts[i] = fields.get(i).getBytes(StandardCharsets.UTF_8);
            length += 2 + texts[i].length;
        }
        if (length > LARGEST) {
            throw new IllegalArgumentException("a frame has at most " + LARGEST + " bytes, but this has " + length);
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER + length).putInt(length).put((byte) kind.ordinal());
        for (byte[] text : texts) {
            out.putShort((short) text.length).put(text);
        }
        return out.array();
    }

    private static Frame of(ByteBuffer bytes) throws IOException {
        int kind = bytes.get();
        if (kind < 0 || kind >= Kind.ALL.length) {
            throw new IOException("a frame's kind is 0 to " + (Kind.ALL.length - 1) + ", but came as " + kind);
        }
        List<String> fields = new ArrayList<>(2);
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < 2 ? -1 : bytes.getShort() & 0xffff;
            if (length < 0 || length > bytes.remaining()) {
                throw new IOException("a field of " + Kind.ALL[kind] + " ends after its frame");
            }
            fields.add(new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8));
            bytes.position(bytes.position() + length);
        }
        if (fields.size() != Kind.ALL[kind].fields) {
            throw new IOException(
                    Kind.ALL[kind] + " has " + Kind.ALL[kind].fields + " fields, but came with " + fields.size());
        }
        return new Frame(Kind.ALL[kind], fields);
    }

    /** Reads frames of one connection that come one at a time. Not thread-safe. */
    static final class Reader {

        private final byte[] buffer = new byte[HEADER + LARGEST];

        /**
         * The next frame, or null if the stream ended before it. Blocks until it is there. What breaks the protocol is an
         * {@link IOException}, also bytes behind the frame: nobody may speak before he is answered.
         */
        Frame next(InputStream in) throws IOException {
            int have = 0;
            int want = HEADER;
            while (have < want) {
                int read = in.read(buffer, have, buffer.length - have);
                if (read < 0) {
                    if (have == 0) {
                        return null;
                    }
                    throw new EOFException("the stream ended after " + have + " bytes of a frame");
                }
                have += read;
                if (want == HEADER && have >= HEADER) {
                    want += length();
                }
            }
            if (have > want) {
                throw new IOException((have - want) + " bytes came behind a frame");
            }
            return of(ByteBuffer.wrap(buffer, HEADER, want - HEADER));
        }

        private int length() throws IOException {
            int length = ByteBuffer.wrap(buffer).getInt();
            if (length < 1 || length > LARGEST) {
                throw new IOException("a frame's length is 1 to " + LARGEST + ", but came as " + length);
            }
            return length;
        }
    }
}
