package io.mediatool.core.codec.opus;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;

/** One payload is one Opus packet is one frame, RFC 7587 §4.2. A hole costs nothing but what is in it. */
final class OpusDepacketizer implements Depacketizer {
    private final DecoderConfig config;

    OpusDepacketizer(DecoderConfig config) {
        this.config = config;
    }

    @Override
    public void onPacket(RtpPacket packet, long timestamp, Listener listener) throws MalformedException {
        if (packet.payloadLength() == 0) {
            return; // padding that probes bandwidth
        }
        int samples = OpusPacket.parse(packet.data(), packet.payloadOffset(), packet.payloadLength())
                .samples();
        // The clock is 48 kHz whatever the codec's bandwidth, RFC 7587 §4.1.
        listener.onFrame(new MediaFrame(packet.payload(), timestamp, samples, true, config, false));
    }

    @Override
    public void onLoss() {}

    @Override
    public void flush(Listener listener) {}
}
