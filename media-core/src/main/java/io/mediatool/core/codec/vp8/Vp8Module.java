package io.mediatool.core.codec.vp8;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.VpcRecord;
import org.jspecify.annotations.Nullable;

/** VP8 by RFC 7741, stored as {@code vp08} with {@code vpcC}. The picture size comes with each key frame. */
public final class Vp8Module implements CodecModule {
    @Override
    public Codec codec() {
        return Codec.VP8;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new Vp8Depacketizer();
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new Vp8Packetizer(maxPayloadBytes);
    }

    @Override
    public @Nullable DecoderConfig configOf(RtpFormat format) {
        return null;
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        return RtpFormat.of(Codec.VP8, payloadType);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return new SampleDescription("vp08", "vpcC", config.record(), config.width(), config.height(), 0, 0, 0);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("vp08");
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        VpcRecord.parse(entry.config());
        return DecoderConfig.video(Codec.VP8, entry.config(), entry.width(), entry.height(), 0);
    }
}
