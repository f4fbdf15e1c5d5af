package dev.cenote.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.net.Address;
import dev.cenote.net.SocketPool;
import dev.cenote.pool.Pool;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.xml.parsers.DocumentBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;
import redis.embedded.RedisServer;

class ExamplesTest {

    @Test
    void workersRunEveryTask() throws Exception {
        String text = run("workers");

        assertThat(text).containsPattern("100 tasks ran on [1-4] workers").contains("one more ran alone");
    }

    @Test
    void aTaskThatFailsGivesItsWorkerBack() {
        try (Pool<ExecutorService> workers =
                Pool.builder(new WorkersExample.Workers()).maxSize(1).build()) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> WorkersExample.run(workers, () -> {
                                    throw new IllegalStateException("bad task");
                                })
                                .join())
                        .isInstanceOf(CompletionException.class)
                        .hasRootCauseMessage("bad task");
            }
            assertThat(workers.stats().created()).isEqualTo(1);
        }
    }

    @Test
    void oneParserServesOneAfterTheOther() throws Exception {
        List<String> lines = run("parsers").lines().toList();

        assertThat(lines).hasSize(4).startsWith("message", "message", "message");
        assertThat(lines.get(3)).matches("[12] parser served all"); // two where the first took long to make
    }

    @Test
    void aParserThatFailedIsCleanForTheNextHolderAndReadsNoOtherFiles() throws Exception {
        try (Pool<DocumentBuilder> parsers =
                Pool.builder(new ParsersExample.Parsers()).maxSize(1).build()) {
            assertThatThrownBy(() -> ParsersExample.root(parsers, "<a>")).isInstanceOf(SAXException.class);
            assertThatThrownBy(() -> ParsersExample.root(parsers, "<!DOCTYPE a SYSTEM 'file:///etc/hosts'><a/>"))
                    .hasMessageContaining("accessExternalDTD");
            assertThat(ParsersExample.root(parsers, "<a/>")).isEqualTo("a");
            assertThat(parsers.stats().created()).isEqualTo(1);
        }
    }

    @Test
    void compressorsAreUsedAgainAndEndedOnce() throws Exception {
        assertThat(run("native")).containsPattern("100000 bytes became \\d+; [1-8] compressor is idle");

        Deflater[] seen = new Deflater[2];
        Pool<Deflater> compressors =
                Pool.builder(new NativeExample.Compressors()).maxSize(1).build();
        byte[] target = new byte[100];
        for (int i = 0; i < seen.length; i++) {
            int length = NativeExample.compress(compressors, "the same again".getBytes(StandardCharsets.UTF_8), target);
            seen[i] = compressors.withObject(compressor -> compressor);
            assertThat(inflated(target, length)).isEqualTo("the same again");
        }
        compressors.close();

        assertThat(seen[0]).isSameAs(seen[1]);
        assertThatThrownBy(() -> seen[0].deflate(target)).hasMessageContaining("closed"); // its memory is given back
    }

    private static String inflated(byte[] bytes, int length) throws Exception {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, 0, length);
            byte[] text = new byte[100];
            return new String(text, 0, inflater.inflate(text), StandardCharsets.UTF_8);
        } finally {
            inflater.end();
        }
    }

    @Test
    void httpRequestsShareAConnection() throws Exception {
        List<String> lines = run("http").lines().toList();

        assertThat(lines).hasSize(3).startsWith("you asked for /length", "you asked for /chunks");
        assertThat(lines.get(2)).matches("22 requests, [1-8] connection"); // one, unless the first took long to make
    }

    @Test
    void theHostOfARequestHasThePortAndBracketsAroundIpv6() {
        assertThat(HttpExample.authority(Address.of("example.org", 8080))).isEqualTo("example.org:8080");
        assertThat(HttpExample.authority(Address.of("::1", 8080))).isEqualTo("[::1]:8080");
    }

    @Test
    void anHttpConnectionThatTheServerDoesNotKeepIsNotUsedAgain() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                SocketPool pool = SocketPool.builder().maxPerAddress(1).build()) {
            Thread answers = new Thread(() -> {
                for (String answer : List.of(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\none",
                        "HTTP/1.1 200 OK\r\n\r\ntwo, until the connection ends")) {
                    try (Socket socket = server.accept()) {
                        BufferedReader request = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                        assertThat(request.readLine()).isEqualTo("GET / HTTP/1.1");
                        assertThat(request.readLine()).isEqualTo("Host: 127.0.0.1:" + server.getLocalPort());
                        assertThat(request.readLine()).isEmpty();
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            });
            answers.start();
            Address address = Address.of("127.0.0.1", server.getLocalPort());
            assertThat(HttpExample.get(pool, address, "/").body()).isEqualTo("one");
            assertThat(HttpExample.get(pool, address, "/").body()).isEqualTo("two, until the connection ends");
            answers.join();
            assertThat(pool.stats(address).created()).isEqualTo(2);
        }
    }

    @Test
    void redisCountsEveryCommandOfBothPools() throws Exception {
        assertThat(run("redis"))
                .containsPattern("SocketPool +[\\d,]+ commands/s")
                .containsPattern("Jedis' pool +[\\d,]+ commands/s")
                .contains("256000 visits, of 256000");
    }

    @Test
    void anErrorOfRedisDoesNotLeaveAnAnswerToTheNextHolder() throws Exception {
        int port = RedisExample.freePort();
        RedisServer server =
                RedisServer.newRedisServer().bind("127.0.0.1").port(port).build();
        server.start();
        Address redis = Address.of("127.0.0.1", port);
        try (SocketPool pool = SocketPool.builder().maxPerAddress(1).build()) {
            List<String[]> wrong =
                    List.of(new String[] {"SET", "a", "ä"}, new String[] {"INCR", "a"}, new String[] {"GET", "a"});
            assertThatThrownBy(() -> RedisExample.pipeline(pool, redis, wrong))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not an integer");

            assertThat(RedisExample.pipeline(
                            pool, redis, List.of(new String[] {"GET", "a"}, new String[] {"GET", "b"})))
                    .containsExactly("ä", null);
        } finally {
            server.stop();
        }
    }

    @Test
    void theCommandAndThePageNameEveryExample() throws IOException {
        String command = Files.readString(Path.of("../bin/example"));
        String page = Files.readString(Path.of("../docs/examples.md"));

        assertThat(Examples.ALL.keySet()).allSatisfy(name -> {
            assertThat(command.lines().skip(1).findFirst().orElseThrow()).contains(name);
            assertThat(page).contains("| [`" + name + "`]");
        });
        assertThat(command).contains(Examples.class.getName());
    }

    /** What the command runs once it has built. */
    @Test
    @Tag("full")
    void theCommandWithoutANameListsTheExamplesAndWithOneRunsIt() throws Exception {
        assertThat(command()).contains(Examples.ALL.keySet().toString());
        assertThat(command("native")).containsPattern("[1-8] compressor is idle");
    }

    private static String command(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Examples.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String run(String name) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Examples.ALL.get(name).run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
