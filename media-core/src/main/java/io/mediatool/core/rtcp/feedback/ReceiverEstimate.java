package io.mediatool.core.rtcp.feedback;

import java.util.List;

/**
 * REMB (draft-alvestrand-rmcat-remb-03 §2.2): what the receiver believes the path carries.
 *
 * @param sender who estimates
 * @param bitrateBps for all sources together; written with 18 significant bits, rounded down. A value that 63 bits do not
 *     hold is read as {@link Long#MAX_VALUE}
 * @param ssrcs the sources it is for, at most 255
 */
public record ReceiverEstimate(int sender, long bitrateBps, List<Integer> ssrcs) implements Feedback {
    public ReceiverEstimate {
        ssrcs = List.copyOf(ssrcs);
        if (bitrateBps < 0) {
            throw new IllegalArgumentException("negative bitrate");
        }
    }

    @Override
    public int media() {
        return ssrcs.isEmpty() ? 0 : ssrcs.get(0);
    }
}
