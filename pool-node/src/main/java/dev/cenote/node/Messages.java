package dev.cenote.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads requests and writes answers: JSON, with one space after each colon and comma. Thread-safe. */
final class Messages {

    /** The longest line that is read, in bytes. */
    static final int LONGEST_LINE = 65_536;

    private static final int DEEPEST = 64;
    private static final int LONGEST_QUOTE = 80;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");

    private static final Gson WRITER = new GsonBuilder()
            .setFormattingStyle(FormattingStyle.COMPACT.withSpaceAfterSeparators(true))
            .serializeNulls()
            .disableHtmlEscaping()
            .create();

    private Messages() {}

    /** A request: its sender, its receiver, the id that the answer refers to, and the rest, not yet read. */
    record Request(String src, String dest, JsonElement msgId, JsonObject body) {}

    /** A line that can't be answered: it does not say, or not readably, who sent it or which id the answer refers to. */
    static final class UnanswerableException extends Exception {
        private static final long serialVersionUID = 1;

        UnanswerableException(String expected, String found) {
            super(expected + ", but was " + found, null, false, false);
        }
    }

    static Request read(String line) throws UnanswerableException {
        if (!(parse(line) instanceof JsonObject envelope)) {
            throw new UnanswerableException("a request must be a JSON object", shortened(line));
        }
        JsonElement src = envelope.get("src");
        if (!isText(src)) {
            throw new UnanswerableException("src must be a string that is not empty", quoted(src));
        }
        if (!(envelope.get("body") instanceof JsonObject body)) {
            throw new UnanswerableException("body must be an object", quoted(envelope.get("body")));
        }
        JsonElement msgId = body.get("msg_id");
        if (!isInteger(msgId)) {
            throw new UnanswerableException("body.msg_id must be an integer", quoted(msgId));
        }
        JsonElement dest = envelope.get("dest");
        return new Request(src.getAsString(), isText(dest) ? dest.getAsString() : "", msgId, body);
    }

    private static JsonElement parse(String line) throws UnanswerableException {
        JsonReader reader = new JsonReader(new StringReader(line));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(DEEPEST);
        try {
            JsonElement message = JsonParser.parseReader(reader);
            reader.peek(); // fails if more follows
            return message;
        } catch (JsonParseException | IOException e) {
            throw new UnanswerableException(
                    "a request must be a JSON object", shortened(line) + " (wrong at " + reader.getPath() + ")");
        }
    }

    static String decode(byte[] line) throws UnanswerableException {
        String text = new String(line, UTF_8);
        if (!Arrays.equals(text.getBytes(UTF_8), line)) {
            throw new UnanswerableException("a request must be UTF-8", shortened(text));
        }
        return text;
    }

    /** Tells whether an element is a string that is not empty and can be written as UTF-8. */
    static boolean isText(@Nullable JsonElement value) {
        return value instanceof JsonPrimitive primitive
                && primitive.isString()
                && !primitive.getAsString().isEmpty()
                && new String(primitive.getAsString().getBytes(UTF_8), UTF_8).equals(primitive.getAsString());
    }

    static boolean isInteger(@Nullable JsonElement value) {
        return value instanceof JsonPrimitive primitive
                && primitive.isNumber()
                && INTEGER.matcher(primitive.getAsString()).matches();
    }

    /** A message as a line, with its end. */
    static byte[] line(String src, String dest, JsonObject body) {
        JsonObject message = new JsonObject();
        message.addProperty("src", src);
        message.addProperty("dest", dest);
        message.add("body", body);
        return (WRITER.toJson(message) + "\n").getBytes(UTF_8);
    }

    /** A value as it stood in the request, for the text of an error. Shortened if it is long. */
    static String quoted(@Nullable JsonElement value) {
        return value == null ? "missing" : shortened(value.toString());
    }

    /** A text that is fit for a log: its length is bounded, and it has no control characters. */
    private static String shortened(String text) {
        String start = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
        return CONTROL.matcher(start).replaceAll("\uFFFD");
    }
}
