package dev.cenote.bench.results;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The README's picture: how long callers wait for a connection, by percentile, with this pool and with HikariCP. */
final class LatencyPicture {

    private static final List<String> PERCENTILES = List.of("50", "90", "99", "99.9", "99.99");
    private static final Map<String, String> CLASSES = Map.of("Cenote JDBC", "ours", "HikariCP", "theirs");
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double LEAST_MILLIS = 0.01;
    private static final int DECADES = 5;
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int WIDTH = 560;
    private static final int HEIGHT = 240;
    private static final String HEAD = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 340" role="img" aria-label="Waits by percentile">
        <style>
        text { font: 13px system-ui, sans-serif; fill: #24292f } .grid { stroke: #d0d7de } .title { font-weight: 600 }
        polyline { fill: none; stroke-width: 2.5 } .ours { stroke: #2f6fdd } .theirs { stroke: #cf4a2d }
        text.ours { fill: #2f6fdd; stroke: none } text.theirs { fill: #cf4a2d; stroke: none }
        @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d }
        .ours { stroke: #6ea8fe } .theirs { stroke: #ff8b70 } text.ours { fill: #6ea8fe } text.theirs { fill: #ff8b70 } }
        </style>
        <text x="70" y="22" class="title">How long getConnection waits (64 threads, 8 connections, PostgreSQL)</text>
        """;

    private LatencyPicture() {}

    /**
     * Draws it.
     *
     * @param figures a result of the latency tool
     * @param picture where to, as SVG
     */
    static void draw(Path figures, Path picture) throws IOException {
        StringBuilder svg = new StringBuilder(HEAD);
        for (int decade = 0; decade <= DECADES; decade++) {
            double millis = LEAST_MILLIS * Math.pow(10, decade);
            int y = y(millis);
            line(svg, "<path class=\"grid\" d=\"M%d %dH%d\"/>", LEFT, y, LEFT + WIDTH);
            line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 8, y + 4, label(millis));
        }
        List<String> stations = new ArrayList<>(PERCENTILES);
        stations.add("longest");
        for (int i = 0; i < stations.size(); i++) {
            String name = i < PERCENTILES.size() ? stations.get(i) + " %" : stations.get(i);
            line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>", x(i), TOP + HEIGHT + 24, name);
        }
        line(svg, "<text x=\"%d\" y=\"%d\">of the callers wait no longer than this</text>", LEFT, TOP + HEIGHT + 48);
        JsonObject result = JsonParser.parseString(Files.readString(figures)).getAsJsonObject();
        for (JsonElement element : result.getAsJsonArray("pools")) {
            JsonObject pool = element.getAsJsonObject();
            String name = pool.get("name").getAsString();
            if (CLASSES.containsKey(name)) {
                draw(svg, name, waits(pool));
            }
        }
        Files.createDirectories(picture.getParent());
        Files.writeString(picture, svg.append("</svg>\n"));
    }

    private static List<Double> waits(JsonObject pool) {
        List<Double> waits = new ArrayList<>();
        PERCENTILES.forEach(percentile ->
                waits.add(pool.getAsJsonObject("percentiles").get(percentile).getAsDouble() / NANOS_PER_MILLI));
        waits.add(pool.get("longestNanos").getAsDouble() / NANOS_PER_MILLI);
        return waits;
    }

    private static void draw(StringBuilder svg, String name, List<Double> waits) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < waits.size(); i++) {
            points.append(x(i)).append(',').append(y(waits.get(i))).append(' ');
        }
        String type = CLASSES.get(name);
        line(
                svg,
                "<polyline class=\"%s\" points=\"%s\"/>",
                type,
                points.toString().strip());
        double longest = waits.get(waits.size() - 1);
        line(
                svg,
                "<text class=\"%s\" x=\"%d\" y=\"%d\">%s: %s</text>",
                type,
                x(waits.size() - 1) - 30,
                y(longest) - 10,
                name,
                label(Math.rint(longest)));
    }

    private static int x(int station) {
        return LEFT + 30 + station * (WIDTH - 60) / PERCENTILES.size();
    }

    private static int y(double millis) {
        return (int) Math.rint(TOP + HEIGHT * (1 - Math.log10(millis / LEAST_MILLIS) / DECADES));
    }

    private static String label(double millis) {
        return millis >= 1
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.0f µs", millis * 1000);
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
