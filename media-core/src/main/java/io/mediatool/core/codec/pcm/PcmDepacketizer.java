package io.mediatool.core.codec.pcm;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.MediaFrame;
import io.mediatool.core.rtp.RtpPacket;
import java.util.Arrays;

/** Payload bytes are samples as they are, channels interleaved. */
final class PcmDepacketizer implements Depacketizer {
    private final DecoderConfig config;
    private final int instantBytes;

    /**
     * @param instantBytes bytes of one sample of every channel
     */
    PcmDepacketizer(DecoderConfig config, int instantBytes) {
        this.config = config;
        this.instantBytes = instantBytes;
    }

    @Override
    public void onPacket(RtpPacket packet, long timestamp, Listener listener) throws MalformedException {
        int length = packet.payloadLength();
        if (length == 0) {
            return;
        }
        int instants = length / instantBytes;
        if (instants == 0) {
            throw new MalformedException("pcm: less than one sample", 0);
        }
        int from = packet.payloadOffset();
        byte[] samples = Arrays.copyOfRange(packet.data(), from, from + instants * instantBytes);
        listener.onFrame(new MediaFrame(samples, timestamp, instants, true, config, false));
    }

    @Override
    public void onLoss() {}

    @Override
    public void flush(Listener listener) {}
}
