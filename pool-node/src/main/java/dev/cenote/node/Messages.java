package dev.cenote.node;

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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads requests and writes answers: JSON, with one space after each colon and comma. Thread-safe. */
final class Messages {

    /** The longest line that is read, in bytes. */
    static final int LONGEST_LINE = 65_536;

    private static final int DEEPEST = 64;
    private static final int LONGEST_QUOTE = 80;
    private static final char REPLACEMENT = '\uFFFD';

    private static final Gson WRITER = new GsonBuilder()
            .setFormattingStyle(FormattingStyle.COMPACT.withSpaceAfterSeparators(true))
            .serializeNulls()
            .disableHtmlEscaping()
            .create();

    private Messages() {}

    /** A request: who asks whom, what to answer to, and the rest, unread. */
    record Request(String src, String dest, JsonElement msgId, JsonObject body) {}

    static Request read(byte[] line) throws UnanswerableException {
        JsonElement message = parse(line);
        if (!(message instanceof JsonObject envelope)) {
            throw unanswerable("a request must be a JSON object", message);
        }
        JsonElement src = envelope.get("src");
        if (!isText(src)) {
            throw unanswerable("src must be a string that is not empty", src);
        }
        if (!(envelope.get("body") instanceof JsonObject body)) {
            throw unanswerable("body must be an object", envelope.get("body"));
        }
        JsonElement msgId = body.get("msg_id");
        if (!isInteger(msgId)) {
            throw unanswerable("body.msg_id must be an integer", msgId);
        }
        JsonElement dest = envelope.get("dest");
        return new Request(src.getAsString(), isText(dest) ? dest.getAsString() : "", msgId, body);
    }

    private static JsonElement parse(byte[] line) throws UnanswerableException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnanswerableException("a request must be UTF-8: " + e.getMessage());
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        reader.setNestingLimit(DEEPEST);
        try {
            JsonElement message = JsonParser.parseReader(reader);
            reader.peek(); // fails if more follows
            return message;
        } catch (JsonParseException | IOException e) {
            throw new UnanswerableException("a request must be a JSON object, but was " + shortened(text)
                    + " (wrong at " + reader.getPath() + ")");
        }
    }

    private static String decoded(byte[] line) throws UnanswerableException {
        String text = new String(line, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) { // it stood there, or something that is no UTF-8
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            } catch (CharacterCodingException e) {
                throw new UnanswerableException("a request must be UTF-8, but was " + shortened(text));
            }
        }
        return text;
    }

    private static UnanswerableException unanswerable(String expected, @Nullable JsonElement value) {
        return new UnanswerableException(expected + ", but was " + quoted(value));
    }

    /** Tells whether there is nothing on the line but what JSON takes for space. */
    static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Tells whether it is a string that is not empty and can be written as UTF-8. */
    static boolean isText(@Nullable JsonElement value) {
        return value instanceof JsonPrimitive primitive
                && primitive.isString()
                && !primitive.getAsString().isEmpty()
                && isEncodable(primitive.getAsString());
    }

    private static boolean isEncodable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return StandardCharsets.UTF_8.newEncoder().canEncode(text);
            }
        }
        return true;
    }

    static boolean isInteger(@Nullable JsonElement value) {
        if (!(value instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
            return false;
        }
        String digits = primitive.getAsString(); // as it stood in the request
        return digits.indexOf('.') < 0 && digits.indexOf('e') < 0 && digits.indexOf('E') < 0;
    }

    /** A message as a line, with its end. */
    static byte[] line(String src, String dest, JsonObject body) {
        JsonObject message = new JsonObject();
        message.addProperty("src", src);
        message.addProperty("dest", dest);
        message.add("body", body);
        return (WRITER.toJson(message) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A value as it stood in the request, for the text of an error; shortened if it is long. */
    static String quoted(@Nullable JsonElement value) {
        return value == null ? "missing" : shortened(value.toString());
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
