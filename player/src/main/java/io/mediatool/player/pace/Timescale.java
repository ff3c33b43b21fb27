package io.mediatool.player.pace;

/** Times in units of one clock as times in units of another, rounded to the nearest. */
public final class Timescale {
    private static final long NS = 1_000_000_000L;

    private Timescale() {}

    /** {@code units} of {@code from} a second in units of {@code to} a second. */
    public static long convert(long units, int from, int to) {
        long rest = Math.floorMod(units, (long) from);
        return Math.floorDiv(units, (long) from) * to + (rest * to + from / 2) / from;
    }

    /** {@code ns} in units of {@code to} a second. */
    public static long ofNs(long ns, int to) {
        return Math.floorDiv(ns, NS) * to + (Math.floorMod(ns, NS) * to + NS / 2) / NS;
    }
}
