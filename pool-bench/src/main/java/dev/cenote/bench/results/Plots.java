package dev.cenote.bench.results;

import dev.cenote.bench.results.Case.Column;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws what was measured: for each pool a bar for each setting, on a logarithmic axis. The spread of the forks is in the table only:
 * XChart draws the ends of a spread at wrong places where the axis is logarithmic.
 */
final class Plots {

    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 480;
    private static final int TILT_DEGREES = 35;
    private static final int LEAST_PIXELS_A_LABEL = 20; // or else XChart leaves out every other pool's name

    private Plots() {}

    /** Writes a picture. */
    static void draw(String name, Result result, Path file) throws IOException {
        Run run = result.run();
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(name + ", " + run.machine().jvm() + ", " + run.date())
                .yAxisTitle(run.unit())
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setXAxisLabelRotation(TILT_DEGREES);
        chart.getStyler().setXAxisTickMarkSpacingHint(LEAST_PIXELS_A_LABEL);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        double least = Double.MAX_VALUE;
        for (Column column : run.columns()) {
            List<String> pools = new ArrayList<>();
            List<Double> medians = new ArrayList<>();
            for (Map.Entry<String, String> row : run.rows().entrySet()) {
                Optional<Figure> figure = result.find(column, row.getKey());
                pools.add(row.getValue());
                medians.add(figure.map(Figure::median).orElse(null));
                least = Math.min(least, figure.map(Figure::least).orElse(least));
            }
            chart.addSeries(column.title(), pools, medians);
        }
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        Files.createDirectories(file.getParent());
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }
}
