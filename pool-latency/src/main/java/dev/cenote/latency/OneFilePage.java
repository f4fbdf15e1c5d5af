package dev.cenote.latency;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** A page in one file, with all that it needs inside: style, plots, data, and the script that draws them. */
public final class OneFilePage {

    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js";
    private static final String CHART_JS_VERSION = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";
    /** Points of the percentile plot for each nine. */
    private static final int POINTS_PER_NINE = 20;

    private OneFilePage() {}

    /**
     * The page.
     *
     * @param owner beside it are the page and its script
     * @param name of the two files, without {@code .html} and {@code .js}
     * @param data what the script finds in {@code page}; as JSON
     * @return its text
     * @throws IOException if a part is not on the class path
     */
    public static String of(Class<?> owner, String name, Object data) throws IOException {
        return text(owner, name + ".html")
                .replace("/* report.css */", text(OneFilePage.class, "report.css"))
                .replace("/* chart.js */", chartJs())
                .replace("/* plots.js */", text(OneFilePage.class, "plots.js"))
                .replace("/* page */", Json.line(data))
                .replace("/* report.js */", text(owner, name + ".js"));
    }

    /**
     * Points of a percentile plot, as {@code plots.js} draws it.
     *
     * @param times in nanoseconds
     * @return points (nines, time): 1 is 90 %, 2 is 99 % …
     */
    public static List<double[]> percentiles(Histogram times) {
        double last = Math.log10(Math.max(1, times.getTotalCount()));
        return Stream.concat(
                        IntStream.iterate(0, i -> (double) i / POINTS_PER_NINE < last, i -> i + 1)
                                .mapToObj(i -> (double) i / POINTS_PER_NINE),
                        Stream.of(last))
                .map(nines -> new double[] {nines, times.getValueAtPercentile(100 - 100 * Math.pow(10, -nines))})
                .toList();
    }

    private static String chartJs() throws IOException {
        Properties artifact = new Properties();
        try (InputStream file = open(OneFilePage.class, CHART_JS_VERSION)) {
            artifact.load(file);
        }
        String script = text(OneFilePage.class, String.format(Locale.ROOT, CHART_JS, artifact.getProperty("version")));
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String text(Class<?> owner, String path) throws IOException {
        try (InputStream file = open(owner, path)) {
            return new String(file.readAllBytes(), Json.CHARSET);
        }
    }

    private static InputStream open(Class<?> owner, String path) throws IOException {
        InputStream file = owner.getResourceAsStream(path);
        if (file == null) {
            throw new IOException(path + " is not on the class path of " + owner.getName());
        }
        return file;
    }
}
