package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The packaged jar as a process that listens, and real sockets. */
@SuppressWarnings("try") // some clients are only there
class TcpIT {

    private static final int TERMINATED = 128 + 15; // by SIGTERM

    @Test
    void aClientIsToldHowItStands() throws Exception {
        try (NodeProcess node = NodeProcess.listening(1, 1);
                Client active = new Client(node.address())) {
            assertThat(active.status()).isEqualTo("connected");
            try (Client queued = new Client(node.address())) {
                assertThat(queued.status()).isEqualTo("queued");
                try (Client rejected = new Client(node.address())) {
                    assertThat(rejected.status()).isEqualTo("rejected");
                    rejected.expectEnd();
                }
                JsonObject stats = active.stats();
                assertThat(stats.get("active").getAsInt()).isEqualTo(1);
                assertThat(stats.get("queued").getAsInt()).isEqualTo(1);
                assertThat(stats.get("max_connections").getAsInt()).isEqualTo(1);
                assertThat(stats.get("backlog_size").getAsInt()).isEqualTo(1);
                assertThat(stats.get("rejected").getAsInt()).isEqualTo(1);
                active.close();
                assertThat(queued.status()).isEqualTo("connected");
                assertThat(queued.stats().get("promoted").getAsInt()).isEqualTo(1);
            }
        }
    }

    @Test
    void aClientSpeaksForItselfOnly() throws Exception {
        try (NodeProcess node = NodeProcess.listening(1, 1);
                Client client = new Client(node.address());
                Client next = new Client(node.address())) {
            assertThat(client.status()).isEqualTo("connected");
            assertThat(next.status()).isEqualTo("queued");
            assertThat(code(client.ask("\"type\":\"pool_config\",\"max_connections\":9,\"backlog_size\":9")))
                    .isEqualTo(10);
            assertThat(code(client.ask("\"type\":\"pool_connect\",\"client_id\":\"other\"")))
                    .isEqualTo(12);
            assertThat(code(client.ask("\"type\":\"pool_disconnect\",\"client_id\":\"" + next.name() + "\"")))
                    .isEqualTo(12);
            assertThat(code(client.ask("\"type\":\"pool_connect\",\"client_id\":\"" + client.name() + "\"")))
                    .isEqualTo(21);
            assertThat(client.ask("\"type\":\"init\",\"node_id\":\"n5\",\"node_ids\":[]")
                            .get("type")
                            .getAsString())
                    .isEqualTo("init_ok");
            JsonObject gone = client.ask("\"type\":\"pool_disconnect\",\"client_id\":\"" + client.name() + "\"");
            assertThat(gone.get("promoted").getAsString()).isEqualTo(next.name());
            client.expectEnd();
            assertThat(next.status()).isEqualTo("connected");
        }
    }

    private static int code(JsonObject error) {
        assertThat(error.get("type").getAsString()).as("type of %s", error).isEqualTo("error");
        return error.get("code").getAsInt();
    }

    @Test
    void requestsOfAQueuedClientAreAnsweredWhenItsTurnComes() throws Exception {
        try (NodeProcess node = NodeProcess.listening(1, 1);
                Client active = new Client(node.address());
                Client queued = new Client(node.address())) {
            assertThat(active.status()).isEqualTo("connected");
            assertThat(queued.status()).isEqualTo("queued");
            queued.send("\"type\":\"pool_stats\"");
            queued.send("\"type\":\"nonsense\"");
            assertThat(active.stats().get("queued").getAsInt()).isEqualTo(1);
            active.reset();
            assertThat(queued.status()).isEqualTo("connected");
            assertThat(queued.read().get("type").getAsString()).isEqualTo("pool_stats_ok");
            assertThat(code(queued.read())).isEqualTo(10);
        }
    }

    @Test
    void aQueuedClientThatSendsTooMuchLosesItsTurn() throws Exception {
        try (NodeProcess node = NodeProcess.listening(1, 2);
                Client active = new Client(node.address());
                Client tooManyLines = new Client(node.address());
                Client tooLongALine = new Client(node.address())) {
            assertThat(active.status()).isEqualTo("connected");
            assertThat(tooManyLines.status()).isEqualTo("queued");
            assertThat(tooLongALine.status()).isEqualTo("queued");
            tooManyLines.write("\n".repeat(2000));
            tooLongALine.write("x".repeat(70_000));
            assertThat(tooManyLines.status()).isEqualTo("rejected");
            assertThat(tooLongALine.status()).isEqualTo("rejected");
            tooManyLines.expectEnd();
            tooLongALine.expectEnd();
            assertThat(active.stats().get("queued").getAsInt()).isZero();
        }
    }

    /** Half are closed, half reset; first those that are active, then those that are queued. */
    @Test
    void whoeverGoesAwayFreesItsPlace() throws Exception {
        try (NodeProcess node = NodeProcess.listening(4, 8);
                Client last = fill(node, 12)) {
            assertThat(last.status()).isEqualTo("connected");
            while (last.stats().get("active").getAsInt() != 1) {
                Thread.onSpinWait(); // each look is a round trip
            }
            assertThat(last.stats().get("queued").getAsInt()).isZero();
        }
    }

    private static Client fill(NodeProcess node, int count) throws Exception {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new Client(node.address()));
            assertThat(clients.get(i).status()).isEqualTo(i < 4 ? "connected" : "queued");
        }
        Client last = clients.remove(count - 1);
        for (int i = 0; i < clients.size(); i++) {
            if (i % 2 == 0) {
                clients.get(i).reset();
            } else {
                clients.get(i).close();
            }
        }
        return last;
    }

    @Test
    void aHalfClosedClientGetsItsAnswersAndFreesItsPlace() throws Exception {
        try (NodeProcess node = NodeProcess.listening(1, 1);
                Client client = new Client(node.address());
                Client next = new Client(node.address())) {
            assertThat(client.status()).isEqualTo("connected");
            assertThat(next.status()).isEqualTo("queued");
            client.send("\"type\":\"pool_stats\"");
            client.write("{\"src\":\"c\",\"body\":{\"type\":\"pool_stats\",\"msg_id\":9}}"); // without an end
            client.socket.shutdownOutput();
            assertThat(client.read().get("type").getAsString()).isEqualTo("pool_stats_ok");
            assertThat(client.read().get("in_reply_to").getAsInt()).isEqualTo(9);
            client.expectEnd();
            assertThat(next.status()).isEqualTo("connected");
        }
    }

    /** One never reads, one sends rubbish, one never sends, one sends half a line: another one does not notice. */
    @Test
    void badClientsCostOthersNothing() throws Exception {
        try (NodeProcess node = NodeProcess.start(
                        List.of("-Xmx24m", "-XX:MaxDirectMemorySize=24m"),
                        "--listen",
                        "127.0.0.1:0",
                        "--max-connections",
                        "10");
                Client slow = new Client(node.address());
                Client rubbish = new Client(node.address());
                Client silent = new Client(node.address());
                Client half = new Client(node.address());
                Client good = new Client(node.address())) {
            for (Client client : List.of(slow, rubbish, silent, half, good)) {
                assertThat(client.status()).isEqualTo("connected");
            }
            half.write("{\"src\":\"h");
            Thread flood = new Thread(() -> flood(slow));
            flood.start();
            byte[] noise = new byte[1 << 20];
            for (int i = 0; i < 32; i++) {
                rubbish.socket.getOutputStream().write(noise);
                rubbish.write("\n[[\nx\n");
                assertThat(good.stats().get("active").getAsInt()).isEqualTo(5);
            }
            assertThat(rubbish.stats().get("active").getAsInt()).isEqualTo(5);
            slow.reset();
            flood.join();
            while (good.stats().get("active").getAsInt() != 4) {
                Thread.onSpinWait(); // each look is a round trip
            }
            assertThat(node.terminate()).isEqualTo(TERMINATED);
            assertThat(node.log())
                    .hasSizeLessThan(12)
                    .noneMatch(line -> line.contains("bug") || line.contains("Error"));
            assertThat(node.log()).anyMatch(line -> line.contains("more lines could not be answered"));
        }
    }

    /** Those that are told to go, and go on sending, and those that are queued, and send all they may. */
    @Test
    void whatNobodyWantsToReadTakesNoMemory() throws Exception {
        try (NodeProcess node = NodeProcess.start(
                        List.of("-Xmx24m", "-XX:MaxDirectMemorySize=4m"),
                        "--listen",
                        "127.0.0.1:0",
                        "--max-connections",
                        "1",
                        "--backlog",
                        "300");
                Client active = new Client(node.address())) {
            assertThat(active.status()).isEqualTo("connected");
            List<Client> others = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                Client other = new Client(node.address());
                others.add(other);
                other.write(i < 300 ? "x".repeat(8000) : "x".repeat(20_000));
                assertThat(other.status()).isEqualTo(i < 300 ? "queued" : "rejected");
            }
            assertThat(active.stats().get("queued").getAsInt()).isEqualTo(300);
            for (Client other : others) {
                other.reset();
            }
            node.terminate();
            assertThat(node.log()).hasSize(1);
        }
    }

    /** Asks, and never reads the answers, until it is reset. */
    private static void flood(Client client) {
        try {
            for (; ; ) {
                client.send("\"type\":\"pool_stats\"");
            }
        } catch (IOException e) {
            assertThat(client.socket.isClosed()).isTrue();
        }
    }

    @Test
    void whenStoppedItTellsThoseThatAreQueued() throws Exception {
        try (NodeProcess node = NodeProcess.listening(1, 2);
                Client active = new Client(node.address());
                Client first = new Client(node.address());
                Client second = new Client(node.address())) {
            assertThat(active.status()).isEqualTo("connected");
            assertThat(first.status()).isEqualTo("queued");
            assertThat(second.status()).isEqualTo("queued");
            node.process.toHandle().destroy();
            assertThat(first.status()).isEqualTo("rejected");
            assertThat(second.status()).isEqualTo("rejected");
            first.expectEnd();
            second.expectEnd();
            active.expectEnd();
            assertThat(node.process.waitFor()).isEqualTo(TERMINATED);
        }
    }

    @Test
    @Timeout(300)
    @Tag("full")
    void tenThousandKnockAtOnce() throws Exception {
        int places = 100;
        int backlog = 1000;
        List<Client> clients = Collections.synchronizedList(new ArrayList<>());
        try (NodeProcess node = NodeProcess.listening(places, backlog)) {
            Map<String, List<Client>> byStatus = new TreeMap<>();
            TreeMap<Integer, Client> queue = new TreeMap<>();
            ExecutorService knockers = Executors.newFixedThreadPool(8);
            List<Future<List<Client>>> knocks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                knocks.add(knockers.submit((Callable<List<Client>>) () -> {
                    List<Client> mine = new ArrayList<>();
                    for (int k = 0; k < 10_000 / 8; k++) {
                        mine.add(new Client(node.address()));
                    }
                    return mine;
                }));
            }
            for (Future<List<Client>> knock : knocks) {
                clients.addAll(knock.get());
            }
            knockers.shutdown();
            for (Client client : clients) {
                JsonObject told = client.read();
                byStatus.computeIfAbsent(told.get("status").getAsString(), s -> new ArrayList<>())
                        .add(client);
                if (told.get("status").getAsString().equals("queued")) {
                    queue.put(told.get("queued").getAsInt(), client);
                }
            }
            assertThat(byStatus.get("connected")).hasSize(places);
            assertThat(byStatus.get("queued")).hasSize(backlog);
            assertThat(byStatus.get("rejected")).hasSize(10_000 - places - backlog);
            assertThat(queue).hasSize(backlog);
            assertThat(queue.firstKey()).isEqualTo(1);
            assertThat(queue.lastKey()).isEqualTo(backlog);
            for (Client rejected : byStatus.get("rejected")) {
                rejected.expectEnd();
                rejected.close();
            }
            JsonObject stats = byStatus.get("connected").get(0).stats();
            assertThat(stats.get("rejected").getAsInt()).isEqualTo(10_000 - places - backlog);
            Client leaver = byStatus.get("connected").get(0);
            for (Client next : queue.values()) {
                leaver.close();
                assertThat(next.status()).isEqualTo("connected");
                leaver = next;
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }
}
