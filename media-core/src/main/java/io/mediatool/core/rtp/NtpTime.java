package io.mediatool.core.rtp;

import java.time.Instant;

/**
 * Wall-clock time as RTCP carries it: seconds since 1900 in 32.32 fixed point (RFC 3550 §4). Values are plain longs; this
 * is their arithmetic. Era 0 and 1 are told apart by the top bit, so 1968 to 2104 is covered.
 */
public final class NtpTime {
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;

    private NtpTime() {}

    public static long ofInstant(Instant instant) {
        long fraction = (((long) instant.getNano()) << 32) / 1_000_000_000L;
        return (instant.getEpochSecond() + SECONDS_1900_TO_1970) << 32 | fraction;
    }

    public static Instant toInstant(long ntp) {
        long seconds = ntp >>> 32;
        long era = ntp < 0 ? 0 : 1L << 32;
        long nanos = ((ntp & 0xffff_ffffL) * 1_000_000_000L + (1L << 31)) >>> 32;
        return Instant.ofEpochSecond(seconds + era - SECONDS_1900_TO_1970, nanos);
    }

    /** Nanoseconds from {@code earlier} to {@code later}, negative when they are the other way round. */
    public static long differenceNs(long later, long earlier) {
        long difference = later - earlier;
        long seconds = difference >> 32;
        long nanos = ((difference & 0xffff_ffffL) * 1_000_000_000L + (1L << 31)) >>> 32;
        return seconds * 1_000_000_000L + nanos;
    }

    public static long plusNs(long ntp, long ns) {
        long seconds = Math.floorDiv(ns, 1_000_000_000L);
        long nanos = Math.floorMod(ns, 1_000_000_000L);
        return ntp + (seconds << 32) + (nanos << 32) / 1_000_000_000L;
    }

    /** The middle 32 bits, as the LSR field of a report block carries them. */
    public static int middle(long ntp) {
        return (int) (ntp >>> 16);
    }
}
