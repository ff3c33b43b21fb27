package io.mediatool.core.rtp;

/**
 * Units of a media clock, without overflow for any length of recording.
 *
 * @param rate units in a second, positive
 */
public record Timescale(int rate) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** {@code units} in nanoseconds, rounded down. */
    public long toNs(long units) {
        return Math.floorDiv(units, rate) * SECOND_NS + Math.floorMod(units, rate) * SECOND_NS / rate;
    }

    /** Nanoseconds in units, to the nearest. */
    public long fromNs(long ns) {
        return Math.floorDiv(ns, SECOND_NS) * rate + (Math.floorMod(ns, SECOND_NS) * rate + SECOND_NS / 2) / SECOND_NS;
    }

    /** {@code units} of another clock in units of this one, to the nearest. */
    public long from(long units, int otherRate) {
        return Math.floorDiv(units, otherRate) * rate
                + ((long) Math.floorMod(units, otherRate) * rate + otherRate / 2) / otherRate;
    }
}
