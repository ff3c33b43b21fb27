package io.mediatool.core.rtp;

/** Turns 16-bit sequence numbers into 64-bit ones that never wrap: each is taken as near as possible to the highest seen. */
public final class SequenceUnwrapper {
    private boolean started;
    private long highest;

    /** The wrap-free number of {@code sequenceNumber} (0 to 65535). The first one is taken as it is, plus one cycle. */
    public long unwrap(int sequenceNumber) {
        if (!started) {
            started = true;
            // One cycle up, so that a packet from just before the first is not negative.
            highest = 0x1_0000L + sequenceNumber;
            return highest;
        }
        long unwrapped = highest + (short) (sequenceNumber - (int) highest);
        highest = Math.max(highest, unwrapped);
        return unwrapped;
    }

    /** Forgets everything, for a source that started anew. */
    public void reset() {
        started = false;
    }
}
