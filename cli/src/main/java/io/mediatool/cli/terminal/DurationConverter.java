package io.mediatool.cli.terminal;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 10s}, {@code 1h30m}, {@code 200ms}, {@code 2.5s}, {@code 90} (seconds) and {@code 1:02:03}. */
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|h|m|s)", Pattern.CASE_INSENSITIVE);
    private static final Pattern CLOCK = Pattern.compile("(?:(\\d{1,4}):)?(\\d{1,2}):(\\d{1,2}(?:\\.\\d{1,9})?)");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    /** What is more than nanoseconds can count, nearly three centuries, is this. */
    private static final Duration MAX = Duration.ofNanos(Long.MAX_VALUE);

    @Override
    public Duration convert(String value) {
        String text = value.trim();
        if (SECONDS.matcher(text).matches()) {
            return ofSeconds(Double.parseDouble(text));
        }
        Matcher clock = CLOCK.matcher(text);
        if (clock.matches()) {
            long hours = clock.group(1) == null ? 0 : Long.parseLong(clock.group(1));
            return Duration.ofHours(hours)
                    .plusMinutes(Long.parseLong(clock.group(2)))
                    .plus(ofSeconds(Double.parseDouble(clock.group(3))));
        }
        return parts(text);
    }

    private static Duration parts(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find() && part.start() == end) {
            double amount = Double.parseDouble(part.group(1));
            sum = sum.plus(
                    switch (part.group(2).toLowerCase(Locale.ROOT)) {
                        case "h" -> ofSeconds(amount * 3600);
                        case "m" -> ofSeconds(amount * 60);
                        case "s" -> ofSeconds(amount);
                        default -> ofSeconds(amount / 1000);
                    });
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw new TypeConversionException("'" + text + "' is not a duration: write 10s, 1h30m, 200ms or 1:02:03");
        }
        return sum.compareTo(MAX) > 0 ? MAX : sum;
    }

    private static Duration ofSeconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
