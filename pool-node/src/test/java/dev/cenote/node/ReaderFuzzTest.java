package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes in, only answers come out, numbered, at most one a line, and none that tells of a bug.
 *
 * <p>As a test it takes the inputs in {@code ReaderFuzzTestInputs}; {@code bin/fuzz} looks for new ones.
 */
class ReaderFuzzTest {

    private static final int CRASH = 13;
    private static final int LARGEST_SEED = 10_000; // larger ones slow the search down

    /** Where the search begins: at the cases. */
    static List<Arguments> seeds() throws IOException, URISyntaxException {
        List<Arguments> seeds = new ArrayList<>();
        for (Path file : CasesTest.cases()) {
            if (Files.size(file) < LARGEST_SEED) {
                seeds.add(Arguments.of((Object) Files.readAllBytes(file)));
            }
        }
        return seeds;
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "20s")
    @DictionaryEntries({
        "\"src\":\"c\"",
        "\"dest\":\"n\"",
        "\"body\":{",
        "\"type\":\"init\"",
        "\"type\":\"pool_config\"",
        "\"type\":\"pool_connect\"",
        "\"type\":\"pool_disconnect\"",
        "\"type\":\"pool_stats\"",
        "\"msg_id\":",
        "\"client_id\":\"a\"",
        "\"max_connections\":",
        "\"backlog_size\":",
        "\"node_ids\":[\"n\"]",
        "\\ud800"
    })
    @Tag("full")
    void onlyAnswersComeOut(byte[] in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Main.serve(new ByteArrayInputStream(in), out);
        String answers = out.toString(StandardCharsets.UTF_8);
        assertThat(answers.getBytes(StandardCharsets.UTF_8)).isEqualTo(out.toByteArray());
        int lines = 1;
        for (byte b : in) {
            lines += b == '\n' ? 1 : 0;
        }
        String[] all = answers.isEmpty() ? new String[0] : answers.split("\n", -1);
        assertThat(all.length - 1).isLessThanOrEqualTo(lines);
        for (int i = 0; i < all.length - 1; i++) {
            JsonObject body = JsonParser.parseString(all[i]).getAsJsonObject().getAsJsonObject("body");
            assertThat(body.get("msg_id").getAsInt()).isEqualTo(i);
            assertThat(body.get("in_reply_to").getAsJsonPrimitive().isNumber()).isTrue();
            assertThat(body.has("code") && body.get("code").getAsInt() == CRASH)
                    .as("an internal error: %s", body)
                    .isFalse();
        }
    }
}
