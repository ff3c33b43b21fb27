package io.mediatool.core.rtcp.feedback;

import java.util.Arrays;

/**
 * Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets of
 * the transport arrived, and when.
 *
 * @param sender who received them
 * @param media any source of the transport, or 0
 * @param baseSequence transport-wide number of the first packet, 0 to 65535
 * @param feedbackCount 0 to 255, one more with each message
 * @param referenceTime in 64 ms, −2²³ to 2²³−1, on a clock of the receiver's own
 * @param deltas one for each packet from {@code baseSequence} on: 250 µs since the packet before that did arrive (the first:
 *     since the reference time), −32768 to 32767, or {@link #NOT_RECEIVED}; at least one, at most {@link #MAX_PACKETS}.
 *     Owned by the record: neither side changes it
 */
public record TransportFeedback(
        int sender, int media, int baseSequence, int feedbackCount, int referenceTime, int[] deltas)
        implements Feedback {
    /** The place of a packet that has not arrived. */
    public static final int NOT_RECEIVED = Integer.MIN_VALUE;

    /** Packets in one message: more than 80,000 a second at the usual ten messages. */
    public static final int MAX_PACKETS = 8191;

    /** What one unit of a delta stands for. */
    public static final long DELTA_NS = 250_000L;

    /** What one unit of the reference time stands for. */
    public static final long REFERENCE_NS = 64_000_000L;

    @Override
    public boolean equals(Object other) {
        return other instanceof TransportFeedback that
                && sender == that.sender
                && media == that.media
                && baseSequence == that.baseSequence
                && feedbackCount == that.feedbackCount
                && referenceTime == that.referenceTime
                && Arrays.equals(deltas, that.deltas);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * sender + baseSequence) + Arrays.hashCode(deltas);
    }

    @Override
    public String toString() {
        return "TransportFeedback[" + baseSequence + " #" + feedbackCount + " at " + referenceTime + ": "
                + Arrays.toString(deltas) + "]";
    }
}
