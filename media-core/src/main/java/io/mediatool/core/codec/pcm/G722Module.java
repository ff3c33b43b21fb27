package io.mediatool.core.codec.pcm;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;

/**
 * G.722 at 64 kbit/s, RFC 3551 §4.5.2: one channel, a clock of 8000 a second for samples of 16000.
 *
 * <p>ISO BMFF has no name for it, so here is the rule: frames come out decoded, with an L16 configuration of 16 kHz, and a
 * track is stored as L16. The packetizer takes such frames and encodes.
 */
public final class G722Module implements CodecModule {
    private static final int SAMPLE_RATE = 16_000;

    private final DecoderConfig decoded = DecoderConfig.audio(Codec.L16, new byte[0], SAMPLE_RATE, 1);
    private final PcmModule linear = new PcmModule(Codec.L16);

    @Override
    public Codec codec() {
        return Codec.G722;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new G722Depacketizer(decoded);
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new G722Packetizer(maxPayloadBytes);
    }

    /** The configuration of what the depacketizer answers: L16. */
    @Override
    public DecoderConfig configOf(RtpFormat format) {
        return decoded;
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        return RtpFormat.of(Codec.G722, payloadType);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return linear.sampleDescription(config);
    }

    /** None: a track of this source is read as what it is stored as, by the L16 module. */
    @Override
    public boolean readsSampleEntry(String type) {
        return false;
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) {
        return linear.configOf(entry);
    }
}
