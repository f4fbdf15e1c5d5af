package dev.cenote.examples;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** As much of Redis' protocol (RESP 2) as the example needs. */
final class Resp {

    private Resp() {}

    static void send(OutputStream out, String... command) throws IOException {
        out.write(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String part : command) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
        }
    }

    /** A text, null if there is none. An error of the server is an {@link IOException}. */
    static String receive(InputStream in) throws IOException {
        String line = line(in);
        switch (line.charAt(0)) {
            case '+', ':':
                return line.substring(1);
            case '$':
                int length = Integer.parseInt(line.substring(1));
                if (length < 0) {
                    return null;
                }
                byte[] bytes = in.readNBytes(length + 2); // with CR and LF
                if (bytes.length < length + 2) {
                    throw new EOFException("Redis closed the connection within an answer");
                }
                return new String(bytes, 0, length, StandardCharsets.UTF_8);
            default:
                throw new IOException("Redis answered " + line);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next; (next = in.read()) != '\r'; line.append((char) next)) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
        }
        in.read(); // LF
        return line.toString();
    }
}
