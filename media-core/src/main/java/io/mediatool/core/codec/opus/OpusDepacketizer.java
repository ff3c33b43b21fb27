package io.mediatool.core.codec.opus;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RedPayload;
import io.mediatool.core.rtp.RtpPacket;
import java.util.Arrays;

/** One payload is one Opus packet is one frame, RFC 7587 §4.2. A hole costs nothing but what is in it. */
final class OpusDepacketizer implements Depacketizer {
    private final DecoderConfig config;
    private final boolean redundant;

    /** @param redundant whether payloads are RED, of which the primary block counts */
    OpusDepacketizer(DecoderConfig config, boolean redundant) {
        this.config = config;
        this.redundant = redundant;
    }

    @Override
    public void onPacket(RtpPacket packet, long timestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return; // padding that probes bandwidth
        }
        int length = packet.payloadLength();
        int before = redundant ? RedPayload.beforePrimary(packet.data(), packet.payloadOffset(), length) : 0;
        if (before < 0) {
            throw new MalformedException("red: blocks exceed payload", 0);
        }
        if (before == length) {
            return; // nothing but the past
        }
        int from = packet.payloadOffset() + before;
        int samples = OpusPacket.parse(packet.data(), from, length - before).samples();
        byte[] sample = Arrays.copyOfRange(packet.data(), from, from + length - before);
        // The clock is 48 kHz whatever the codec's bandwidth, RFC 7587 §4.1.
        listener.onFrame(new MediaFrame(sample, timestamp, samples, true, config, false));
    }

    @Override
    public void onLoss() {}

    @Override
    public void flush(Listener listener) {}
}
