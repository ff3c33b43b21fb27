package io.mediatool.core.codec.opus;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import java.util.Map;

/**
 * Opus by RFC 7587, stored as {@code Opus} with {@code dOps}.
 *
 * <p>Every stream is described with two channels: a sender may change between mono and stereo from packet to packet
 * (RFC 7587 §3.4) and each packet says which, so a decoder for two loses nothing.
 */
public final class OpusModule implements CodecModule {
    private static final int SAMPLE_RATE = 48_000;

    private final DecoderConfig stereo = DecoderConfig.audio(Codec.OPUS, OpusHead.of(2), SAMPLE_RATE, 2);

    @Override
    public Codec codec() {
        return Codec.OPUS;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new OpusDepacketizer(stereo, format.isRedundant());
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new OpusPacketizer(maxPayloadBytes);
    }

    @Override
    public DecoderConfig configOf(RtpFormat format) {
        return stereo;
    }

    /** Always {@code opus/48000/2} (RFC 7587 §7); more than two channels, which only files have, the packetizer refuses. */
    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        Map<String, String> parameters = Map.of("sprop-stereo", config.channels() == 1 ? "0" : "1");
        return RtpFormat.of(Codec.OPUS, payloadType, parameters);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return new SampleDescription("Opus", "dOps", config.record(), 0, 0, SAMPLE_RATE, config.channels(), 16);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("Opus");
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        int channels = OpusHead.channels(entry.config());
        return DecoderConfig.audio(Codec.OPUS, entry.config(), SAMPLE_RATE, channels);
    }
}
