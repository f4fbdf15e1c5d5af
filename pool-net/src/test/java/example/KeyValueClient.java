package example;

import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.SocketPool;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;

// snippet: client
/** A client of a key-value server: a message is its length in two bytes, and its text. */
public final class KeyValueClient implements AutoCloseable {

    private final Address server;
    private final SocketPool pool;

    public KeyValueClient(Address server, String password) {
        this.server = server;
        pool = SocketPool.builder()
                .name("key-value")
                .maxPerAddress(16)
                .readTimeout(Duration.ofSeconds(2))
                .onConnect(connection -> call(connection, "AUTH " + password))
                .ping(connection -> call(connection, "PING").equals("PONG"))
                .onClose(connection -> call(connection, "QUIT"))
                .build();
    }

    public String get(String key) throws IOException, InterruptedException {
        return pool.withConnection(server, connection -> call(connection, "GET " + key));
    }

    private static String call(Connection connection, String request) throws IOException {
        DataOutputStream out = new DataOutputStream(connection.out());
        out.writeUTF(request);
        out.flush();
        String answer = new DataInputStream(connection.in()).readUTF();
        if (answer.startsWith("ERROR")) {
            throw new IOException(answer);
        }
        return answer;
    }

    @Override
    public void close() {
        pool.close();
    }
}
// end
