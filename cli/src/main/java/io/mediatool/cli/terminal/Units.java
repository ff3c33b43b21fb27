package io.mediatool.cli.terminal;

import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
    private Units() {}

    /** {@code 1:02:03.4} or {@code 02:03.4}. */
    public static String time(long ns) {
        long tenths = Math.max(0, ns) / 100_000_000L;
        long seconds = tenths / 10;
        String rest = String.format(Locale.ROOT, "%02d:%02d.%d", seconds / 60 % 60, seconds % 60, tenths % 10);
        return seconds < 3600 ? rest : seconds / 3600 + ":" + rest;
    }

    /** {@code 734 kB}, {@code 12.3 MB}; powers of ten. */
    public static String bytes(long bytes) {
        return scaled(bytes, "B");
    }

    /** {@code 2.1 Mbit/s}. */
    public static String bitrate(long bitsPerSecond) {
        return scaled(bitsPerSecond, "bit/s");
    }

    /** Bits a second of {@code bytes} in {@code ns}, 0 for no time. */
    public static long bitrateBps(long bytes, long ns) {
        return ns <= 0 ? 0 : Math.round(bytes * 8e9 / ns);
    }

    private static String scaled(long value, String unit) {
        if (value < 1000) {
            return value + " " + unit;
        }
        if (value < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f k%s", value / 1e3, unit);
        }
        return value < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f M%s", value / 1e6, unit)
                : String.format(Locale.ROOT, "%.2f G%s", value / 1e9, unit);
    }
}
