package io.mediatool.core.codec.pcm;

import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;

/**
 * Decodes to L16 of 16 kHz. Times stay in units of the RTP clock, 8000 a second (RFC 3551 §4.5.2): one octet is one unit
 * and two samples.
 */
final class G722Depacketizer implements Depacketizer {
    private final G722Decoder decoder = new G722Decoder();
    private final DecoderConfig config;

    G722Depacketizer(DecoderConfig config) {
        this.config = config;
    }

    @Override
    public void onPacket(RtpPacket packet, long timestamp, Listener listener) {
        int octets = packet.payloadLength();
        if (octets > 0) {
            byte[] samples = decoder.decode(packet.data(), packet.payloadOffset(), octets);
            listener.onFrame(new MediaFrame(samples, timestamp, octets, true, config, false));
        }
    }

    /** The decoder goes on as it was: its predictor leaks, so it finds back to the sender's, sooner than from nothing. */
    @Override
    public void onLoss() {}

    @Override
    public void flush(Listener listener) {}
}
