package dev.cenote.micrometer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus gets from a registry, and as much of its language as dashboards of pools need: selectors and quotients. */
final class Scrape {

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*=~?\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");

    /** A line. */
    record Series(String name, Map<String, String> labels, double value) {}

    private final String text;
    private final List<Series> series = new ArrayList<>();

    Scrape(PrometheusMeterRegistry registry) {
        text = registry.scrape();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new AssertionError("not a series: " + line);
            }
            series.add(new Series(parts.group(1), labels(parts.group(2)), Double.parseDouble(parts.group(3))));
        });
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    List<Series> all(String name) {
        return series.stream().filter(it -> it.name.equals(name)).toList();
    }

    List<Series> matching(String name, Map<String, String> labels) {
        return all(name).stream()
                .filter(it -> it.labels.entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    /** What a query shows: a selector, or the quotient of two. */
    double query(String query) {
        Matcher selector = SELECTOR.matcher(query);
        List<Double> values = new ArrayList<>();
        while (selector.find()) {
            List<Series> found = matching(selector.group(1), labels(selector.group(2)));
            if (found.size() != 1) {
                throw new AssertionError(found.size() + " series for " + selector.group() + " in\n" + text);
            }
            values.add(found.get(0).value);
        }
        return values.size() == 2 ? values.get(0) / values.get(1) : values.get(0);
    }

    @Override
    public String toString() {
        return text;
    }
}
