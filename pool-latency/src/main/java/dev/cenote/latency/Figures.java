package dev.cenote.latency;

import java.math.BigDecimal;
import java.util.Locale;

/** Figures as a person reads them. */
final class Figures {

    private static final String NONE = "–";

    private Figures() {}

    /** Three digits and a unit. */
    static String time(double nanos) {
        if (Double.isNaN(nanos)) {
            return NONE;
        }
        String[] units = {"ns", "µs", "ms", "s"};
        double value = nanos;
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", value, units[unit]);
    }

    static String count(double count) {
        return Double.isNaN(count) ? NONE : String.format(Locale.ROOT, "%,.0f", count);
    }

    /** As it would be typed. */
    static String plain(double number) {
        if (!Double.isFinite(number)) {
            return String.valueOf(number);
        }
        return new BigDecimal(String.valueOf(number)).stripTrailingZeros().toPlainString();
    }

    static String ratio(double ratio) {
        return Double.isNaN(ratio) ? NONE : String.format(Locale.ROOT, "%.2f", ratio);
    }

    static String percent(double part) {
        return Double.isNaN(part) ? NONE : String.format(Locale.ROOT, "%.0f %%", part * 100);
    }
}
