package io.mediatool.ingest.port;

import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/** What the packets of one payload type are, judged by their bytes. */
final class PayloadGuess {
    private long packets;

    /** Looks at the next packet, and answers the format once it is clear. */
    @Nullable RtpFormat onPacket(RtpPacket packet, long nowNs) {
        packets += packet.payloadLength() + nowNs;
        return null;
    }
}
