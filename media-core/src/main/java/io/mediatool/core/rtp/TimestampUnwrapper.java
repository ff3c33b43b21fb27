package io.mediatool.core.rtp;

/** Turns 32-bit RTP timestamps into 64-bit ones that never wrap, each as near as possible to the one before. */
public final class TimestampUnwrapper {
    private boolean started;
    private long last;

    /** The wrap-free timestamp of {@code timestamp} (0 to 2³²−1). The first one is taken as it is, plus one cycle. */
    public long unwrap(long timestamp) {
        if (!started) {
            started = true;
            last = 0x1_0000_0000L + timestamp;
        } else {
            last += (int) (timestamp - last);
        }
        return last;
    }

    /** The wrap-free timestamp nearest to the last one, without moving on. Used for RTCP sender reports. */
    public long peek(long timestamp) {
        return started ? last + (int) (timestamp - last) : 0x1_0000_0000L + timestamp;
    }

    /** Forgets everything, for a source that started anew. */
    public void reset() {
        started = false;
    }
}
