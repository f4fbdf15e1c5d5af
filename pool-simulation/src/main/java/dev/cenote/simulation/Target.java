package dev.cenote.simulation;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What callers should see.
 *
 * @param share of the callers, 0.5 to 0.999
 * @param longest what this share may wait at most
 */
record Target(double share, Duration longest) {

    /** Reads {@code p99=5ms}. */
    static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String text) throws Exception {
            String[] parts = text.split("=", 2);
            double share = switch (parts[0]) {
                case "p50" -> 0.5;
                case "p99" -> 0.99;
                case "p99.9", "p999" -> 0.999;
                default ->
                    throw new TypeConversionException(
                            "'" + text + "' must be p50, p99 or p99.9, '=', and a time, such as p99=5ms");
            };
            return new Target(share, TimeSpans.parse(parts.length > 1 ? parts[1] : ""));
        }
    }

    /** Callers that got nothing count as callers that waited too long. */
    boolean isMet(Outcome outcome) {
        Outcome.Served served = outcome.served();
        Duration wait = share == 0.5 ? served.p50() : share == 0.99 ? served.p99() : served.p999();
        return wait.compareTo(longest) <= 0;
    }

    @Override
    public String toString() {
        return (share == 0.5 ? "p50" : share == 0.99 ? "p99" : "p99.9") + " ≤ " + TimeSpans.text(longest);
    }
}
