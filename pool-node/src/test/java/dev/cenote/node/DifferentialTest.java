package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The node beside a model of it: random requests, of which each must have the same answer. */
class DifferentialTest {

    private static final int STEPS = 10_000;
    private static final int CLIENTS = 30;

    /** What the protocol says, without a pool. */
    private static final class Model {
        private final Set<String> active = new LinkedHashSet<>();
        private final ArrayDeque<String> queue = new ArrayDeque<>();
        private int maxConnections;
        private int backlogSize;
        private long accepted;
        private long promoted;
        private long rejected;

        String config(int newMaxConnections, int newBacklogSize) {
            maxConnections = newMaxConnections;
            backlogSize = newBacklogSize;
            while (promote() != null) {}
            return "pool_config_ok";
        }

        String connect(String client) {
            if (active.contains(client) || queue.contains(client)) {
                return "error 21";
            }
            if (active.size() < maxConnections) {
                active.add(client);
                accepted++;
                return "pool_connect_ok connected" + counts();
            }
            if (queue.size() < backlogSize) {
                queue.add(client);
                return "pool_connect_ok queued" + counts();
            }
            rejected++;
            return "pool_connect_ok rejected" + counts();
        }

        String disconnect(String client) {
            if (!active.remove(client) && !queue.remove(client)) {
                return "error 20";
            }
            return "pool_disconnect_ok " + promote() + counts();
        }

        private String promote() {
            if (active.size() >= maxConnections || queue.isEmpty()) {
                return null;
            }
            String head = queue.remove();
            active.add(head);
            accepted++;
            promoted++;
            return head;
        }

        String stats() {
            return "pool_stats_ok" + counts() + " " + maxConnections + " " + backlogSize + " " + accepted + " "
                    + promoted + " " + rejected;
        }

        private String counts() {
            return " " + active.size() + " " + queue.size();
        }
    }

    @Test
    void theNodeAnswersLikeTheModel() {
        long seed = Long.getLong("cenote.seed", System.nanoTime());
        System.out.println("differential test: " + STEPS + " steps, -Dcenote.seed=" + seed);
        Random random = new Random(seed);
        Model model = new Model();
        try (Conversation node = Conversation.configured(3, 4)) {
            model.config(3, 4);
            for (int step = 0; step < STEPS; step++) {
                String client = "c" + random.nextInt(CLIENTS);
                JsonObject answer;
                String expected;
                int dice = random.nextInt(100);
                if (dice < 48) {
                    answer = node.connect(client);
                    expected = model.connect(client);
                } else if (dice < 90) {
                    answer = node.disconnect(client);
                    expected = model.disconnect(client);
                } else if (dice < 95) {
                    answer = node.stats();
                    expected = model.stats();
                } else {
                    int maxConnections = 1 + random.nextInt(12);
                    int backlogSize = random.nextInt(12);
                    answer = node.config(maxConnections, backlogSize);
                    expected = model.config(maxConnections, backlogSize);
                }
                assertThat(flat(answer)).as("step %d of seed %d", step, seed).isEqualTo(expected);
            }
        }
    }

    /** The housekeeper of the pool runs once a second; these take longer than that. */
    @Test
    void aPromotionIsToldInTheSameAnswerWhateverTheHousekeeperDoes() {
        try (Conversation node = Conversation.configured(1, 5)) {
            node.connect("a");
            node.connect("b");
            for (int i = 0; i < 200_000; i++) {
                String active = i % 2 == 0 ? "a" : "b";
                String queued = i % 2 == 0 ? "b" : "a";
                assertThat(node.disconnect(active).get("promoted").getAsString())
                        .isEqualTo(queued);
                assertThat(node.connect(active).get("status").getAsString()).isEqualTo("queued");
            }
        }
    }

    /** The values of an answer, without numbers of messages and texts. */
    private static String flat(JsonObject answer) {
        StringBuilder flat = new StringBuilder();
        answer.asMap().forEach((key, value) -> {
            if (!key.equals("in_reply_to") && !key.equals("msg_id") && !key.equals("text")) {
                flat.append(' ').append(value.isJsonNull() ? "null" : value.getAsString());
            }
        });
        return flat.substring(1);
    }
}
