package dev.cenote.latency;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Records as text and back. */
final class Json {

    static final Charset CHARSET = StandardCharsets.UTF_8;

    private static final Gson COMPACT =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();
    private static final Gson PLAIN = new GsonBuilder().disableHtmlEscaping().create();
    private static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private Json() {}

    /** In one line, which is also safe inside a page's script: no tag can begin or end in it. */
    static String line(Object value) {
        return COMPACT.toJson(value);
    }

    /** In one line of a file. */
    static String plainLine(Object value) {
        return PLAIN.toJson(value);
    }

    /** For a file that somebody may read. */
    static String text(Object value) {
        return PRETTY.toJson(value);
    }

    static <T> T read(String text, Class<T> type) {
        return COMPACT.fromJson(text, type);
    }

    static <T> T read(Path file, Class<T> type) throws IOException {
        return read(Files.readString(file), type);
    }
}
