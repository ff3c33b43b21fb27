package io.mediatool.core.codec.opus;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/**
 * One sample is one payload, RFC 7587 §4.2. A sample that is too large is sent frame by frame, each a packet of code 0 with
 * a time of its own. The marker opens a talkspurt (RFC 3551 §4.1): the first packet, and the first after a gap.
 */
final class OpusPacketizer implements Packetizer {
    private final byte[] payload;
    private long nextTimestamp = Long.MIN_VALUE;

    OpusPacketizer(int maxPayloadBytes) {
        payload = new byte[maxPayloadBytes];
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        DecoderConfig config = frame.config();
        if (config != null && config.channels() > 2) {
            throw new MalformedException("opus: RTP carries no more than two channels", -1);
        }
        byte[] data = frame.data();
        OpusPacket packet = OpusPacket.parse(data, 0, data.length);
        boolean marker = frame.timestamp() != nextTimestamp;
        if (data.length <= payload.length) {
            output.onPayload(data, 0, data.length, marker, 0);
        } else {
            split(packet, data, marker, output);
        }
        nextTimestamp = frame.timestamp() + packet.samples();
    }

    private void split(OpusPacket packet, byte[] data, boolean marker, Output output) throws MalformedException {
        for (int length : packet.lengths()) {
            if (length + 1 > payload.length) {
                throw new MalformedException("opus: frame larger than a payload", -1);
            }
        }
        payload[0] = (byte) (packet.toc() & ~3);
        for (int i = 0; i < packet.lengths().length; i++) {
            int length = packet.lengths()[i];
            System.arraycopy(data, packet.offsets()[i], payload, 1, length);
            output.onPayload(payload, 0, 1 + length, marker && i == 0, i * packet.frameSamples());
        }
    }
}
