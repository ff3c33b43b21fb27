package io.mediatool.core.codec.pcm;

import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import java.util.Map;

/** PCMU, PCMA or L16: RFC 3551 §4.5.11 and §4.5.14, stored without change. */
public final class PcmModule implements CodecModule {
    private final Codec codec;
    private final String sampleEntry;
    private final int sampleBytes;

    /**
     * @param codec PCMU, PCMA or L16
     * @throws IllegalArgumentException for any other
     */
    public PcmModule(Codec codec) {
        this.codec = codec;
        this.sampleEntry = switch (codec) {
            case PCMU -> "ulaw";
            case PCMA -> "alaw";
            case L16 -> "twos";
            default -> throw new IllegalArgumentException("not PCM: " + codec);
        };
        this.sampleBytes = codec == Codec.L16 ? 2 : 1;
    }

    @Override
    public Codec codec() {
        return codec;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new PcmDepacketizer(configOf(format), sampleBytes * format.channels());
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new PcmPacketizer(format.clockRate(), sampleBytes * format.channels(), maxPayloadBytes);
    }

    @Override
    public DecoderConfig configOf(RtpFormat format) {
        return DecoderConfig.audio(codec, new byte[0], format.clockRate(), format.channels());
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        return new RtpFormat(
                codec, payloadType, codec.encodingName(), config.sampleRate(), config.channels(), Map.of());
    }

    /** The entry says 16 bits for G.711 too: that is what its samples expand to (QuickTime File Format). */
    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return SampleDescription.audio(sampleEntry, "", new byte[0], config);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals(sampleEntry);
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) {
        return DecoderConfig.audio(codec, new byte[0], entry.sampleRate(), entry.channels());
    }
}
