package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.cenote.node.Messages.UnanswerableException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the protocol's tables, and each of the sentences below them. */
class NodeTest {

    private static final String CONNECT_A = "\"type\":\"pool_connect\",\"client_id\":\"a\"";

    // --- requests

    @Test
    void init() throws UnanswerableException {
        try (Conversation node = new Conversation()) {
            assertThat(node.say("{\"src\":\"c0\",\"dest\":\"n7\",\"body\":{\"type\":\"init\",\"msg_id\":5,"
                            + "\"node_id\":\"n1\",\"node_ids\":[\"n1\",\"n2\"]}}"))
                    .isEqualTo("{\"src\": \"n1\", \"dest\": \"c0\", \"body\": {\"type\": \"init_ok\", "
                            + "\"in_reply_to\": 5, \"msg_id\": 0}}");
        }
    }

    @Test
    void poolConfig() {
        try (Conversation node = new Conversation()) {
            assertThat(node.config(2, 3)).hasToString("{\"type\":\"pool_config_ok\",\"in_reply_to\":1,\"msg_id\":0}");
        }
    }

    @Test
    void poolConnect() {
        try (Conversation node = Conversation.configured(1, 1)) {
            assertThat(node.connect("a")).hasToString(connected(2, "connected", 1, 0));
            assertThat(node.connect("b")).hasToString(connected(3, "queued", 1, 1));
            assertThat(node.connect("c")).hasToString(connected(4, "rejected", 1, 1));
        }
    }

    private static String connected(int inReplyTo, String status, int active, int queued) {
        return "{\"type\":\"pool_connect_ok\",\"in_reply_to\":%d,\"status\":\"%s\",\"active\":%d,\"queued\":%d,\"msg_id\":%d}"
                .formatted(inReplyTo, status, active, queued, inReplyTo - 1);
    }

    @Test
    void poolDisconnect() {
        try (Conversation node = Conversation.configured(1, 1)) {
            node.connect("a");
            node.connect("b");
            assertThat(node.disconnect("a")).hasToString(disconnected(4, "\"b\"", 1, 0));
            assertThat(node.disconnect("b")).hasToString(disconnected(5, "null", 0, 0));
        }
    }

    private static String disconnected(int inReplyTo, String promoted, int active, int queued) {
        return ("{\"type\":\"pool_disconnect_ok\",\"in_reply_to\":%d,\"promoted\":%s,\"active\":%d,\"queued\":%d,"
                        + "\"msg_id\":%d}")
                .formatted(inReplyTo, promoted, active, queued, inReplyTo - 1);
    }

    @Test
    void poolStats() {
        try (Conversation node = Conversation.configured(2, 1)) {
            node.connect("a");
            node.connect("b");
            node.connect("c");
            node.connect("d");
            node.disconnect("b");
            assertThat(node.stats())
                    .hasToString("{\"type\":\"pool_stats_ok\",\"in_reply_to\":7,\"active\":2,\"queued\":0,"
                            + "\"max_connections\":2,\"backlog_size\":1,\"accepted\":3,\"promoted\":1,\"rejected\":1,"
                            + "\"msg_id\":6}");
        }
    }

    // --- what they mean

    @Test
    void theQueueIsFirstInFirstOut() {
        try (Conversation node = Conversation.configured(1, 3)) {
            for (String client : "a b c d".split(" ")) {
                node.connect(client);
            }
            assertThat(promoted(node.disconnect("a"))).isEqualTo("b");
            assertThat(promoted(node.disconnect("b"))).isEqualTo("c");
            assertThat(promoted(node.disconnect("c"))).isEqualTo("d");
        }
    }

    private static String promoted(JsonObject body) {
        return body.get("promoted").isJsonNull() ? null : body.get("promoted").getAsString();
    }

    private static void assertCounts(JsonObject body, int active, int queued) {
        assertThat(body.get("active").getAsInt()).as("active in %s", body).isEqualTo(active);
        assertThat(body.get("queued").getAsInt()).as("queued in %s", body).isEqualTo(queued);
    }

    @Test
    void aRejectedClientLeavesNoTrace() {
        try (Conversation node = Conversation.configured(1, 0)) {
            node.connect("a");
            assertThat(node.connect("b").get("status").getAsString()).isEqualTo("rejected");
            assertThat(node.code("\"type\":\"pool_disconnect\",\"client_id\":\"b\""))
                    .isEqualTo(20);
            assertThat(promoted(node.disconnect("a"))).isNull();
            assertThat(node.connect("b").get("status").getAsString()).isEqualTo("connected");
        }
    }

    @Test
    void aQueuedClientThatLeavesPromotesNobodyAndKeepsTheOrder() {
        try (Conversation node = Conversation.configured(1, 3)) {
            for (String client : "a b c d".split(" ")) {
                node.connect(client);
            }
            JsonObject left = node.disconnect("c");
            assertThat(promoted(left)).isNull();
            assertCounts(left, 1, 2);
            assertThat(promoted(node.disconnect("a"))).isEqualTo("b");
            assertThat(promoted(node.disconnect("b"))).isEqualTo("d");
        }
    }

    @Test
    void moreConnectionsPromoteTheOldest() {
        try (Conversation node = Conversation.configured(1, 5)) {
            for (String client : "a b c d e".split(" ")) {
                node.connect(client);
            }
            node.config(3, 5);
            assertCounts(node.stats(), 3, 2);
            assertThat(node.stats().get("promoted").getAsInt()).isEqualTo(2);
            assertThat(promoted(node.disconnect("b"))).isEqualTo("d"); // so b and c had been promoted
            assertThat(promoted(node.disconnect("c"))).isEqualTo("e");
        }
    }

    @Test
    void fewerConnectionsTakeNobodysPlaceAndPromotionsWait() {
        try (Conversation node = Conversation.configured(3, 2)) {
            for (String client : "a b c d e".split(" ")) {
                node.connect(client);
            }
            node.config(2, 2);
            assertCounts(node.stats(), 3, 2);
            JsonObject first = node.disconnect("a");
            assertThat(promoted(first)).isNull();
            assertCounts(first, 2, 2);
            assertThat(promoted(node.disconnect("b"))).isEqualTo("d");
        }
    }

    @Test
    void aSmallerBacklogDropsNobodyAndCountsForThoseWhoCome() {
        try (Conversation node = Conversation.configured(1, 3)) {
            for (String client : "a b c d".split(" ")) {
                node.connect(client);
            }
            node.config(1, 1);
            assertCounts(node.stats(), 1, 3);
            assertThat(node.connect("e").get("status").getAsString()).isEqualTo("rejected");
            node.disconnect("a");
            node.disconnect("b");
            node.disconnect("c");
            assertThat(node.connect("e").get("status").getAsString()).isEqualTo("queued");
        }
    }

    @Test
    void aThousandArePromotedByOneConfiguration() {
        try (Conversation node = Conversation.configured(1, 2000)) {
            for (int i = 0; i <= 2000; i++) {
                node.connect("c" + i);
            }
            node.config(1001, 2000);
            assertCounts(node.stats(), 1001, 1000);
            assertThat(promoted(node.disconnect("c1000"))).isEqualTo("c1001");
        }
    }

    // --- errors

    @Test
    void anUnknownTypeIs10() {
        try (Conversation node = Conversation.configured(1, 0)) {
            assertThat(node.code("\"type\":\"pool_drain\"")).isEqualTo(10);
            assertThat(node.code("\"type\":\"init_ok\"")).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"no\":\"type\"",
                "\"type\":3",
                "\"type\":\"\"",
                "\"type\":\"init\"",
                "\"type\":\"init\",\"node_id\":\"n\"",
                "\"type\":\"init\",\"node_id\":1,\"node_ids\":[\"n\"]",
                "\"type\":\"init\",\"node_id\":\"n\",\"node_ids\":\"n\"",
                "\"type\":\"init\",\"node_id\":\"n\",\"node_ids\":[1]",
                "\"type\":\"pool_config\",\"max_connections\":1",
                "\"type\":\"pool_config\",\"backlog_size\":1",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":0",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":-1",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":2.5",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":2.0",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":1e1",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":\"3\"",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":null",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":[3]",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":true",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":1099511627776",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":4294967297",
                "\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":18446744073709551617",
                "\"type\":\"pool_config\",\"max_connections\":1,\"backlog_size\":-1",
                "\"type\":\"pool_config\",\"max_connections\":1,\"backlog_size\":1000001",
                "\"type\":\"pool_connect\"",
                "\"type\":\"pool_connect\",\"client_id\":\"\"",
                "\"type\":\"pool_connect\",\"client_id\":7",
                "\"type\":\"pool_connect\",\"client_id\":null",
                "\"type\":\"pool_connect\",\"client_id\":{}",
                "\"type\":\"pool_connect\",\"client_id\":\"\\ud800\"",
                "\"type\":\"pool_disconnect\",\"client_id\":\"\"",
            })
    void aMissingMistypedOrOutOfRangeFieldIs12(String fields) {
        try (Conversation node = Conversation.configured(1, 0)) {
            assertThat(node.code(fields)).isEqualTo(12);
            assertCounts(node.stats(), 0, 0);
            assertThat(node.stats().get("max_connections").getAsInt()).isEqualTo(1);
        }
    }

    @Test
    void anIntegerOfManyDigitsIsOutOfRangeAsAnyOther() {
        try (Conversation node = new Conversation()) {
            String digits = "9".repeat(1000);
            assertThat(node.code("\"type\":\"pool_config\",\"backlog_size\":1,\"max_connections\":" + digits))
                    .isEqualTo(12);
        }
    }

    @Test
    void anErrorNamesTheFieldTheValueAndTheRange() {
        try (Conversation node = new Conversation()) {
            assertThat(node.ask("\"type\":\"pool_config\",\"max_connections\":2.5,\"backlog_size\":0")
                            .get("text")
                            .getAsString())
                    .isEqualTo("max_connections must be an integer from 1 to 1000000, but was 2.5");
            assertThat(node.ask("\"type\":\"pool_connect\"").get("text").getAsString())
                    .isEqualTo("client_id must be a string of 1 to 256 characters, but was missing");
        }
    }

    @Test
    void theLargestValuesAreIn() {
        try (Conversation node = Conversation.configured(1_000_000, 1_000_000)) {
            String longest = "x".repeat(256);
            assertThat(node.connect(longest).get("status").getAsString()).isEqualTo("connected");
            assertThat(node.code("\"type\":\"pool_connect\",\"client_id\":\"x" + longest + "\""))
                    .isEqualTo(12);
        }
    }

    @Test
    void disconnectingNobodyIs20() {
        try (Conversation node = Conversation.configured(1, 1)) {
            assertThat(node.code("\"type\":\"pool_disconnect\",\"client_id\":\"a\""))
                    .isEqualTo(20);
            node.connect("a");
            node.disconnect("a");
            assertThat(node.code("\"type\":\"pool_disconnect\",\"client_id\":\"a\""))
                    .isEqualTo(20);
        }
    }

    @Test
    void connectingTwiceIs21() {
        try (Conversation node = Conversation.configured(1, 1)) {
            node.connect("a");
            assertThat(node.code(CONNECT_A)).isEqualTo(21);
            node.connect("b");
            assertThat(node.code("\"type\":\"pool_connect\",\"client_id\":\"b\""))
                    .isEqualTo(21);
            assertCounts(node.stats(), 1, 1);
        }
    }

    @Test
    void anythingBeforeTheConfigurationIs22() {
        try (Conversation node = new Conversation()) {
            assertThat(node.code(CONNECT_A)).isEqualTo(22);
            assertThat(node.code("\"type\":\"pool_disconnect\",\"client_id\":\"a\""))
                    .isEqualTo(22);
            assertThat(node.code("\"type\":\"pool_stats\"")).isEqualTo(22);
        }
    }

    // --- the envelope

    @Test
    void beforeInitTheNodeIsWhomTheRequestWasSentTo() throws UnanswerableException {
        try (Conversation node = new Conversation()) {
            assertThat(node.say("{\"src\":\"c\",\"dest\":\"n9\",\"body\":{\"type\":\"pool_stats\",\"msg_id\":1}}"))
                    .startsWith("{\"src\": \"n9\", \"dest\": \"c\", ");
            assertThat(node.say("{\"src\":\"c\",\"body\":{\"type\":\"pool_stats\",\"msg_id\":1}}"))
                    .startsWith("{\"src\": \"\", \"dest\": \"c\", ");
        }
    }

    @Test
    void eachMessageHasTheNextNumberErrorsToo() {
        try (Conversation node = new Conversation()) {
            assertThat(node.stats().get("msg_id").getAsInt()).isZero();
            assertThat(node.config(1, 1).get("msg_id").getAsInt()).isEqualTo(1);
            assertThat(node.stats().get("msg_id").getAsInt()).isEqualTo(2);
        }
    }

    @Test
    void anyIntegerWillDoAsMsgId() throws UnanswerableException {
        try (Conversation node = new Conversation()) {
            for (String id : new String[] {"0", "-1", "4294967296", "123456789012345678901234567890"}) {
                assertThat(node.say("{\"src\":\"c\",\"dest\":\"n\",\"body\":{\"type\":\"x\",\"msg_id\":" + id + "}}"))
                        .contains("\"in_reply_to\": " + id + ",");
            }
        }
    }

    @Test
    void namesAreEchoedAsTheyAre() throws UnanswerableException {
        try (Conversation node = Conversation.configured(1, 1)) {
            node.connect("a");
            node.connect("é<&\\\"\\u2028\\ud83d\\ude00");
            assertThat(node.say("{\"src\":\"\\u00fc\",\"dest\":\"n\",\"body\":"
                            + "{\"type\":\"pool_disconnect\",\"msg_id\":9,\"client_id\":\"a\"}}"))
                    .isEqualTo("{\"src\": \"n\", \"dest\": \"ü\", \"body\": {\"type\": \"pool_disconnect_ok\", "
                            + "\"in_reply_to\": 9, \"promoted\": \"é<&\\\"\\u2028😀\", \"active\": 1, \"queued\": 0, "
                            + "\"msg_id\": 3}}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rubbish",
                "[]",
                "3",
                "null",
                "{",
                "{}",
                "{} {}",
                "{\"src\":\"c\"}",
                "{\"src\":\"c\",\"body\":7}",
                "{\"src\":\"c\",\"body\":{}}",
                "{\"src\":\"c\",\"body\":{\"msg_id\":\"1\"}}",
                "{\"src\":\"c\",\"body\":{\"msg_id\":1.0}}",
                "{\"src\":\"c\",\"body\":{\"msg_id\":1e3}}",
                "{\"src\":\"c\",\"body\":{\"msg_id\":null}}",
                "{\"src\":\"\",\"body\":{\"msg_id\":1}}",
                "{\"src\":7,\"body\":{\"msg_id\":1}}",
                "{\"src\":\"\\udc00\",\"body\":{\"msg_id\":1}}",
                "{\"body\":{\"msg_id\":1}}",
                "{'src':'c','body':{'msg_id':1}}",
                "{\"src\":\"c\",\"body\":{\"msg_id\":01}}",
                "{\"src\":\"c\",\"body\":{\"msg_id\":NaN}}",
            })
    void whatSaysNotToWhomOrToWhatCantBeAnswered(String line) {
        try (Conversation node = new Conversation()) {
            assertThatThrownBy(() -> node.say(line))
                    .isInstanceOf(UnanswerableException.class)
                    .hasMessageContaining("but was");
        }
    }

    @Test
    void nothingThatATerminalWouldObeyIsReported() {
        try (Conversation node = new Conversation()) {
            assertThatThrownBy(() -> node.say("\u001b[2Jx\r\u009b1m"))
                    .hasMessage("a request must be a JSON object, but was \uFFFD[2Jx\uFFFD\uFFFD1m (wrong at $)");
        }
    }

    @Test
    void deepNestingIsNoObjectToAnswerTo() {
        String deep = "[".repeat(30_000) + "]".repeat(30_000);
        try (Conversation node = new Conversation()) {
            assertThatThrownBy(() -> node.say("{\"src\":\"c\",\"body\":{\"msg_id\":1,\"x\":" + deep + "}}"))
                    .isInstanceOf(UnanswerableException.class)
                    .hasMessageContaining("must be a JSON object")
                    .hasMessageMatching("(?s).{0,400}");
        }
    }

    @Test
    void whatIsNotUtf8CantBeAnswered() throws UnanswerableException {
        try (Node node = new Node()) {
            byte[] line = "{\"src\":\"c?\",\"dest\":\"n\",\"body\":{\"msg_id\":1}}".getBytes(StandardCharsets.US_ASCII);
            assertThat(node.answer(line)).isNotNull();
            line[9] = (byte) 0xC3;
            assertThatThrownBy(() -> node.answer(line))
                    .isInstanceOf(UnanswerableException.class)
                    .hasMessageStartingWith("a request must be UTF-8");
        }
    }

    @Test
    void fieldsThatNobodyAskedForAreIgnored() {
        try (Conversation node = Conversation.configured(1, 0)) {
            assertThat(node.ask(CONNECT_A + ",\"mood\":[{}]").get("status").getAsString())
                    .isEqualTo("connected");
        }
    }
}
