package io.mediatool.recorder.time;

/**
 * Units of a media clock, exact in both directions for any length of recording.
 *
 * @param rate units in a second, positive
 */
public record Timescale(int rate) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** {@code ticks} in nanoseconds, rounded down. */
    public long toNs(long ticks) {
        return Math.floorDiv(ticks, rate) * SECOND_NS + Math.floorMod(ticks, rate) * SECOND_NS / rate;
    }

    /** Nanoseconds in ticks, to the nearest. */
    public long fromNs(long ns) {
        return Math.floorDiv(ns, SECOND_NS) * rate + (Math.floorMod(ns, SECOND_NS) * rate + SECOND_NS / 2) / SECOND_NS;
    }
}
