package dev.cenote.latency;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time on the command line, such as {@code 200ns} or {@code 1.5ms}.
 *
 * @param nanos the same in nanoseconds
 */
record TimeSpan(long nanos) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s)");
    private static final Map<String, Long> UNITS =
            Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);

    /** Of picocli. */
    static final class Converter implements ITypeConverter<TimeSpan> {
        @Override
        public TimeSpan convert(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "', expected a number with ns, us, ms or s, such as 200ns or 1.5ms");
            }
            BigDecimal unit = BigDecimal.valueOf(UNITS.get(matcher.group(2)));
            return new TimeSpan(new BigDecimal(matcher.group(1)).multiply(unit).longValue());
        }
    }
}
