package io.mediatool.core.codec.pcm;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/** Encodes L16 of 16 kHz, one channel, and sends it as the octets are; times are in units of 8000 a second. */
final class G722Packetizer implements Packetizer {
    private final G722Encoder encoder = new G722Encoder();
    private final PcmPacketizer octets;

    G722Packetizer(int maxPayloadBytes) {
        octets = new PcmPacketizer(8_000, 1, maxPayloadBytes);
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        byte[] samples = frame.data();
        if (samples.length % 4 != 0) {
            throw new MalformedException("g722: needs pairs of samples", samples.length);
        }
        byte[] coded = encoder.encode(samples, 0, samples.length);
        octets.packetize(new MediaFrame(coded, frame.timestamp(), coded.length, true, frame.config(), false), output);
    }
}
