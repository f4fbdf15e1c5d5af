package dev.cenote.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.cenote.node.Messages.Request;
import dev.cenote.node.Messages.UnanswerableException;
import dev.cenote.node.Places.Status;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol: takes requests, one on each line, and answers them. A node speaks for all clients on standard input and output,
 * or on one TCP connection for the client at its other end. Confined to one thread, that of its places.
 */
final class Node implements AutoCloseable {

    /** The longest {@code client_id}, in characters. */
    static final int LONGEST_CLIENT_ID = 256;

    /** The largest {@code backlog_size}. */
    static final int LARGEST_BACKLOG = 1_000_000;

    private static final int MOST_DIGITS = 18; // of a long, whatever they are

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final AtomicLong messages; // sent so far
    private final @Nullable String onlyClient; // null: any
    private @Nullable String id; // null before init
    private @Nullable Places places; // null before pool_config

    /** A request that is answered with an error. The codes are those of the Maelstrom workbench. */
    private static final class RequestException extends Exception {
        private static final long serialVersionUID = 1;
        private static final int NOT_SUPPORTED = 10;
        private static final int MALFORMED = 12;
        private static final int CRASH = 13;
        private static final int NO_SUCH_CLIENT = 20;
        private static final int CLIENT_EXISTS = 21;
        private static final int NOT_CONFIGURED = 22;
        private final int code;

        RequestException(int code, String text) {
            super(text, null, false, false);
            this.code = code;
        }
    }

    /** A node that serves any client, and waits for its configuration. */
    Node() {
        messages = new AtomicLong();
        onlyClient = null;
    }

    /** A node that serves one client, with places that other nodes use too. */
    Node(String id, String client, Places places, AtomicLong messages) {
        this.id = id;
        onlyClient = client;
        this.places = places;
        this.messages = messages;
    }

    /**
     * Carries out a request.
     *
     * @return the answer, with its line end; null if the line is blank
     */
    byte @Nullable [] answer(byte[] line) throws UnanswerableException {
        String text = Messages.decode(line);
        if (text.isBlank()) {
            return null;
        }
        Request request = Messages.read(text);
        JsonObject answer = new JsonObject();
        try {
            String type = text(request.body(), "type", Messages.LONGEST_LINE);
            answer.addProperty("type", type + "_ok");
            answer.add("in_reply_to", request.msgId());
            carryOut(type, request.body(), answer);
        } catch (RequestException e) {
            answer = error(request, e.code, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a request failed, which is a bug", e);
            answer = error(request, RequestException.CRASH, "internal error: " + e);
        }
        return send(id != null ? id : request.dest(), request.src(), answer);
    }

    private void carryOut(String type, JsonObject body, JsonObject answer) throws RequestException {
        switch (type) {
            case "init" -> init(body);
            case "pool_config" -> configure(body);
            case "pool_connect" -> connect(body, answer);
            case "pool_disconnect" -> disconnect(body, answer);
            case "pool_stats" -> addStats(answer, configured());
            default ->
                throw new RequestException(
                        RequestException.NOT_SUPPORTED,
                        "type must be init, pool_config, pool_connect, pool_disconnect or pool_stats, but was "
                                + Messages.quoted(body.get("type")));
        }
    }

    private void init(JsonObject body) throws RequestException {
        String nodeId = text(body, "node_id", Messages.LONGEST_LINE);
        boolean areTexts = body.get("node_ids") instanceof JsonArray nodeIds
                && nodeIds.asList().stream().allMatch(Messages::isText);
        if (!areTexts) {
            throw malformed(body, "node_ids", "an array of strings that are not empty");
        }
        id = nodeId;
    }

    private void configure(JsonObject body) throws RequestException {
        if (onlyClient != null) {
            throw new RequestException(
                    RequestException.NOT_SUPPORTED,
                    "pool_config is not for clients: the limits are set where the node is started");
        }
        int maxConnections = number(body, "max_connections", 1, PoolLimits.LARGEST_SIZE);
        PoolLimits limits = new PoolLimits(maxConnections, 0, number(body, "backlog_size", 0, LARGEST_BACKLOG));
        if (places == null) {
            places = new Places(limits);
        } else {
            places.resize(limits);
        }
    }

    private void connect(JsonObject body, JsonObject answer) throws RequestException {
        String client = client(body);
        Places from = configured();
        if (from.has(client)) {
            throw new RequestException(
                    RequestException.CLIENT_EXISTS, "client \"" + client + "\" is already active or queued");
        }
        addStatus(answer, from.connect(client, later -> {}), from);
    }

    private void disconnect(JsonObject body, JsonObject answer) throws RequestException {
        String client = client(body);
        Places from = configured();
        if (!from.has(client)) {
            throw new RequestException(
                    RequestException.NO_SUCH_CLIENT, "client \"" + client + "\" is neither active nor queued");
        }
        answer.addProperty("promoted", from.disconnect(client));
        addCounts(answer, from.stats());
    }

    private static void addStatus(JsonObject answer, Status status, Places of) {
        answer.addProperty("status", status.toString());
        addCounts(answer, of.stats());
    }

    private static void addCounts(JsonObject answer, PoolStats stats) {
        answer.addProperty("active", stats.leased());
        answer.addProperty("queued", stats.waiters());
    }

    private static void addStats(JsonObject answer, Places of) {
        PoolStats stats = of.stats();
        addCounts(answer, stats);
        answer.addProperty("max_connections", stats.maxSize());
        answer.addProperty("backlog_size", of.maxWaiters());
        answer.addProperty("accepted", stats.acquired());
        answer.addProperty("promoted", stats.waited());
        answer.addProperty("rejected", stats.refused());
    }

    private Places configured() throws RequestException {
        if (places == null) {
            throw new RequestException(RequestException.NOT_CONFIGURED, "there was no pool_config yet");
        }
        return places;
    }

    // --- fields of requests

    private String client(JsonObject body) throws RequestException {
        String client = text(body, "client_id", LONGEST_CLIENT_ID);
        if (onlyClient != null && !client.equals(onlyClient)) {
            throw malformed(body, "client_id", "\"" + onlyClient + "\", the client of this connection");
        }
        return client;
    }

    private static String text(JsonObject body, String field, int longest) throws RequestException {
        JsonElement value = body.get(field);
        if (!Messages.isText(value) || value.getAsString().length() > longest) {
            throw malformed(body, field, "a string of 1 to " + longest + " characters");
        }
        return value.getAsString();
    }

    private static int number(JsonObject body, String field, int least, int most) throws RequestException {
        JsonElement value = body.get(field);
        if (Messages.isInteger(value) && value.getAsString().length() <= MOST_DIGITS) {
            long number = value.getAsLong();
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw malformed(body, field, "an integer from " + least + " to " + most);
    }

    private static RequestException malformed(JsonObject body, String field, String expected) {
        return new RequestException(
                RequestException.MALFORMED,
                field + " must be " + expected + ", but was " + Messages.quoted(body.get(field)));
    }

    // --- answers

    private static JsonObject error(Request request, int code, String text) {
        JsonObject answer = new JsonObject();
        answer.addProperty("type", "error");
        answer.add("in_reply_to", request.msgId());
        answer.addProperty("code", code);
        answer.addProperty("text", text);
        return answer;
    }

    /** A line that tells the client, without a request, whether it got a place. */
    byte[] tell(Status status) {
        if (onlyClient == null || id == null || places == null) {
            throw new AssertionError("bug: nobody to tell, or nothing");
        }
        JsonObject told = new JsonObject();
        told.addProperty("type", "pool_connect_ok");
        addStatus(told, status, places);
        return send(id, onlyClient, told);
    }

    private byte[] send(String src, String dest, JsonObject body) {
        body.addProperty("msg_id", messages.getAndIncrement());
        return Messages.line(src, dest, body);
    }

    @Override
    public void close() {
        if (places != null) {
            places.close();
        }
    }
}
