package io.mediatool.core.rtcp;

import java.util.Arrays;

/**
 * Any other packet, as it came: feedback (RTPFB 205, PSFB 206), APP 204, XR 207 and types of the future.
 *
 * @param packetType 192 to 223
 * @param count the five bits after the padding bit: FMT in feedback, subtype in APP
 * @param body what follows the 4-byte header, without padding; a copy
 */
public record OtherRtcp(int packetType, int count, byte[] body) implements RtcpPacket {
    @Override
    public boolean equals(Object other) {
        return other instanceof OtherRtcp that
                && packetType == that.packetType
                && count == that.count
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * packetType + count) + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "OtherRtcp[" + packetType + "/" + count + ", " + body.length + " bytes]";
    }
}
