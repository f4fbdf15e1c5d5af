package dev.cenote.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.cenote.node.Messages.Request;
import dev.cenote.node.Places.Status;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol: takes requests, a line each, and answers them. One node speaks on standard input and output, for all
 * clients; or on one TCP connection, for the client at its other end only. Confined to one thread, the one of its
 * places.
 */
final class Node implements AutoCloseable {

    /** The longest {@code client_id}, in characters. */
    static final int LONGEST_CLIENT_ID = 256;

    /** The largest {@code backlog_size}. */
    static final int LARGEST_BACKLOG = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final AtomicLong messages; // sent so far
    private final @Nullable String onlyClient; // null: any
    private @Nullable String id; // null before init
    private @Nullable Places places; // null before pool_config

    /** A node that serves any client, and waits for its configuration. */
    Node() {
        messages = new AtomicLong();
        onlyClient = null;
    }

    /** A node that serves one client, out of places that others use too. */
    Node(String id, String client, Places places, AtomicLong messages) {
        this.id = id;
        onlyClient = client;
        this.places = places;
        this.messages = messages;
    }

    /**
     * Carries a request out.
     *
     * @return the answer, with its line end
     */
    byte[] answer(byte[] line) throws UnanswerableException {
        Request request = Messages.read(line);
        JsonObject answer = new JsonObject();
        try {
            String type = text(request.body(), "type", Messages.LONGEST_LINE);
            JsonObject payload = carryOut(type, request.body());
            answer.addProperty("type", type + "_ok");
            answer.add("in_reply_to", request.msgId());
            payload.asMap().forEach(answer::add);
        } catch (RequestException e) {
            addError(answer, request, e.code, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a request failed, which is a bug", e);
            addError(answer, request, RequestException.CRASH, "internal error: " + e);
        }
        return send(request.dest(), request.src(), answer);
    }

    /** A line that tells the one client, unasked, what became of its wish for a place. */
    byte[] tell(Status status) {
        JsonObject told = new JsonObject();
        told.addProperty("type", "pool_connect_ok");
        told.addProperty("status", status.toString());
        return send(
                "",
                Objects.requireNonNull(onlyClient),
                withCounts(told, Objects.requireNonNull(places).stats()));
    }

    private JsonObject carryOut(String type, JsonObject body) throws RequestException {
        return switch (type) {
            case "init" -> init(body);
            case "pool_config" -> configure(body);
            case "pool_connect" -> connect(body);
            case "pool_disconnect" -> disconnect(body);
            case "pool_stats" -> stats();
            default ->
                throw new RequestException(
                        RequestException.NOT_SUPPORTED,
                        "type must be init, pool_config, pool_connect, pool_disconnect or pool_stats, but was "
                                + Messages.quoted(body.get("type")));
        };
    }

    private JsonObject init(JsonObject body) throws RequestException {
        String nodeId = text(body, "node_id", Messages.LONGEST_LINE);
        boolean areTexts = body.get("node_ids") instanceof JsonArray nodeIds
                && nodeIds.asList().stream().allMatch(Messages::isText);
        if (!areTexts) {
            throw malformed(body, "node_ids", "an array of strings that are not empty");
        }
        id = nodeId;
        return new JsonObject();
    }

    private JsonObject configure(JsonObject body) throws RequestException {
        if (onlyClient != null) {
            throw new RequestException(
                    RequestException.NOT_SUPPORTED,
                    "pool_config is not for clients: the limits are set where the node is started");
        }
        PoolLimits limits = new PoolLimits(
                number(body, "max_connections", 1, PoolLimits.LARGEST_SIZE),
                0,
                number(body, "backlog_size", 0, LARGEST_BACKLOG));
        if (places == null) {
            places = new Places(limits);
        } else {
            places.resize(limits);
        }
        return new JsonObject();
    }

    private JsonObject connect(JsonObject body) throws RequestException {
        String client = client(body);
        Places from = configured();
        JsonObject payload = new JsonObject();
        payload.addProperty("status", from.connect(client, later -> {}).toString());
        return withCounts(payload, from.stats());
    }

    private JsonObject disconnect(JsonObject body) throws RequestException {
        String client = client(body);
        Places from = configured();
        JsonObject payload = new JsonObject();
        payload.addProperty("promoted", from.disconnect(client));
        return withCounts(payload, from.stats());
    }

    private JsonObject stats() throws RequestException {
        Places of = configured();
        PoolStats stats = of.stats();
        JsonObject payload = withCounts(new JsonObject(), stats);
        payload.addProperty("max_connections", stats.maxSize());
        payload.addProperty("backlog_size", of.maxWaiters());
        payload.addProperty("accepted", stats.acquired());
        payload.addProperty("promoted", stats.waited());
        payload.addProperty("rejected", stats.refused());
        return payload;
    }

    private static JsonObject withCounts(JsonObject payload, PoolStats stats) {
        payload.addProperty("active", stats.leased());
        payload.addProperty("queued", stats.waiters());
        return payload;
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
        if (Messages.isInteger(value)) {
            try {
                int number = Integer.parseInt(value.getAsString());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                LOG.trace("{} is no int", field, e); // so it is out of range, too
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

    private static void addError(JsonObject answer, Request request, int code, String text) {
        answer.addProperty("type", "error");
        answer.add("in_reply_to", request.msgId());
        answer.addProperty("code", code);
        answer.addProperty("text", text);
    }

    private byte[] send(String idBeforeInit, String dest, JsonObject body) {
        body.addProperty("msg_id", messages.getAndIncrement());
        return Messages.line(id != null ? id : idBeforeInit, dest, body);
    }

    @Override
    public void close() {
        if (places != null) {
            places.close();
        }
    }
}
