package io.mediatool.ingest.elementary;

/** Unwraps the 33-bit times of one program (ISO/IEC 13818-1 §2.4.3.6): they come round every 26.5 hours. */
public final class ProgramClock {
    /** Instead of a time that is not given. */
    public static final long NONE = -1;

    private static final long WRAP = 1L << 33;
    private static final long MASK = WRAP - 1;

    private boolean started;
    private long last;

    /** The wrap-free time nearest to the last one; the first is taken as it is, plus one round. */
    public long unwrap(long time) {
        if (!started) {
            started = true;
            last = WRAP + time;
        } else {
            // Sign extension of the 33-bit difference.
            last += (time - last) << 31 >> 31;
        }
        return last;
    }

    /** The decoding time that goes with an unwrapped presentation time; one that lies after it is taken as equal. */
    public static long dts(long unwrappedPts, long dts) {
        long before = (unwrappedPts - dts) & MASK;
        return before < WRAP / 2 ? unwrappedPts - before : unwrappedPts;
    }
}
