package io.mediatool.core.signalling.webrtc;

import io.mediatool.core.codec.RtpFormat;
import java.util.List;

/**
 * A codec of an m-line with what belongs to its payload type.
 *
 * @param format the payload type itself
 * @param rtxPayloadType that of its retransmissions (RFC 4588), {@link #NO_RTX} where there are none
 * @param feedback {@code a=rtcp-fb} that we understand: {@code nack}, {@code nack pli}, {@code ccm fir},
 *     {@code transport-cc}, {@code goog-remb}
 */
public record RtpCodec(RtpFormat format, int rtxPayloadType, List<String> feedback) {
    /** In place of a payload type. */
    public static final int NO_RTX = -1;

    public RtpCodec {
        feedback = List.copyOf(feedback);
    }

    public boolean hasRtx() {
        return rtxPayloadType != NO_RTX;
    }

    RtpCodec withoutFeedback(String name) {
        return new RtpCodec(
                format,
                rtxPayloadType,
                feedback.stream().filter(each -> !each.equals(name)).toList());
    }
}
