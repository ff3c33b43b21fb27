package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** AV1 by the payload format of AOM, stored as {@code av01} with {@code av1C}. The sequence header comes with each key frame. */
public final class Av1Module implements CodecModule {
    @Override
    public Codec codec() {
        return Codec.AV1;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new Av1Depacketizer();
    }

    /** AV1 RTP specification §4.4: N, the first packet of a coded video sequence. */
    @Override
    public boolean startsKeyFrame(byte[] data, int offset, int length) {
        return length > 1 && (data[offset] & 0x08) != 0;
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new Av1Packetizer(maxPayloadBytes);
    }

    @Override
    public @Nullable DecoderConfig configOf(RtpFormat format) {
        return null;
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        byte[] record = config.record();
        if (record.length < Av1Record.HEADER_BYTES) {
            return RtpFormat.of(Codec.AV1, payloadType);
        }
        Map<String, String> parameters = Map.of( // AOM RTP §7.2
                "profile", Integer.toString(record[1] >> 5 & 7),
                "level-idx", Integer.toString(record[1] & 31),
                "tier", Integer.toString(record[2] >> 7 & 1));
        return RtpFormat.of(Codec.AV1, payloadType, parameters);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return SampleDescription.video("av01", "av1C", config);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("av01");
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        Obu sequence = Av1Record.sequenceHeader(entry.config());
        if (sequence != null) {
            SequenceHeader.parse(entry.config(), sequence.payloadOffset(), sequence.payloadLength());
        }
        return DecoderConfig.video(Codec.AV1, entry.config(), entry.width(), entry.height(), 0);
    }
}
