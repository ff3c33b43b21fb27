package io.mediatool.core.transport;

import io.mediatool.core.rtp.RtpPacket;

/** Takes the packets of one source. */
public interface RtpReceiver {
    /** One packet, borrowed and read-only until return. */
    void onRtp(RtpPacket packet, long nowNs);
}
