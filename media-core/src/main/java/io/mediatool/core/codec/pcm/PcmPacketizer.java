package io.mediatool.core.codec.pcm;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.codec.Packetizer;

/**
 * Sends samples of a file as packets. One that fits a payload goes as it is, so that what was recorded packet by packet
 * leaves so; a larger one, as files of other writers have, is cut every 20 ms (RFC 3551 §4.2), each piece with its time.
 * The marker opens a talkspurt (RFC 3551 §4.1): the first packet, and the first after a gap.
 */
final class PcmPacketizer implements Packetizer {
    private final int maxPayloadBytes;
    private final int instantBytes;
    private final int pieceInstants;
    private long nextTimestamp = Long.MIN_VALUE;

    PcmPacketizer(int clockRate, int instantBytes, int maxPayloadBytes) {
        this.maxPayloadBytes = maxPayloadBytes;
        this.instantBytes = instantBytes;
        this.pieceInstants = Math.max(1, Math.min(clockRate / 50, maxPayloadBytes / instantBytes));
    }

    @Override
    public void packetize(MediaFrame frame, Output output) throws MalformedException {
        byte[] data = frame.data();
        if (data.length % instantBytes != 0) {
            throw new MalformedException("pcm: part of a sample", data.length);
        }
        boolean marker = frame.timestamp() != nextTimestamp;
        int instants = data.length / instantBytes;
        int step = data.length <= maxPayloadBytes ? instants : pieceInstants;
        for (int at = 0; at < instants; at += step) {
            int count = Math.min(step, instants - at);
            output.onPayload(data, at * instantBytes, count * instantBytes, marker && at == 0, at);
        }
        nextTimestamp = frame.timestamp() + instants;
    }
}
