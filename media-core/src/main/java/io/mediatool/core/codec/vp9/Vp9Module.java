package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.CodecModule;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.Depacketizer;
import io.mediatool.core.codec.PacketLayers;
import io.mediatool.core.codec.Packetizer;
import io.mediatool.core.codec.PayloadNumbers;
import io.mediatool.core.codec.PictureNumbers;
import io.mediatool.core.codec.RtpFormat;
import io.mediatool.core.codec.SampleDescription;
import io.mediatool.core.codec.VpcRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** VP9 by RFC 9628, stored as {@code vp09} with {@code vpcC}. The picture size comes with each key frame. */
public final class Vp9Module implements CodecModule {
    @Override
    public Codec codec() {
        return Codec.VP9;
    }

    @Override
    public Depacketizer depacketizer(RtpFormat format) {
        return new Vp9Depacketizer();
    }

    /** RFC 9628 §4.2: B without P, in the lowest spatial layer where layers are told. */
    @Override
    public boolean startsKeyFrame(byte[] data, int offset, int length) {
        if (length < 5 || (data[offset] & 0x48) != 0x08) {
            return false;
        }
        int at = offset + 1;
        if (data[offset] < 0) {
            at += data[at] < 0 ? 2 : 1;
        }
        return (data[offset] & 0x20) == 0 || (data[at] & 0x0e) == 0;
    }

    /** RFC 9628 §4.2; the drawing is in {@link Vp9Descriptor}. */
    @Override
    public void readLayers(byte[] data, int offset, int length, PacketLayers into) {
        into.clear();
        if (length < 5 || (data[offset] & 0x20) == 0) {
            return;
        }
        int flags = data[offset];
        int at = offset + 1;
        if (flags < 0) {
            at += data[at] < 0 ? 2 : 1;
        }
        int layer = data[at] & 0xff;
        int spatial = layer >> 1 & 7;
        boolean starts = (flags & 0x08) != 0;
        // B without P: it refers to no earlier picture.
        boolean apart = starts && (flags & 0x40) == 0;
        // U: what follows of higher temporal layers refers to nothing before this picture but layers up to its own.
        into.set(spatial, layer >> 5, starts, (flags & 0x04) != 0)
                .begins(apart && spatial == 0, apart)
                .switches((layer & 0x10) != 0 ? 0xff : 0, false);
        if ((flags & 0x02) != 0) {
            readSizes(data, offset, length, into);
        }
    }

    /** Of the scalability structure, which comes with key frames. */
    private static void readSizes(byte[] data, int offset, int length, PacketLayers into) {
        try {
            Vp9Descriptor.readSizes(new ByteReader(data, offset, length), into);
        } catch (MalformedException e) {
            // without: the packet is the depacketizer's to judge
        }
    }

    @Override
    public PayloadNumbers payloadNumbers() {
        return new PictureNumbers(new Vp9Numbers());
    }

    @Override
    public Packetizer packetizer(RtpFormat format, int maxPayloadBytes) {
        return new Vp9Packetizer(maxPayloadBytes);
    }

    @Override
    public @Nullable DecoderConfig configOf(RtpFormat format) {
        return null;
    }

    @Override
    public RtpFormat formatOf(DecoderConfig config, int payloadType) {
        int profile = config.record().length > 4 ? config.record()[4] : 0;
        Map<String, String> parameters = Map.of("profile-id", Integer.toString(profile)); // RFC 9628 §6
        return RtpFormat.of(Codec.VP9, payloadType, parameters);
    }

    @Override
    public SampleDescription sampleDescription(DecoderConfig config) {
        return SampleDescription.video("vp09", "vpcC", config);
    }

    @Override
    public boolean readsSampleEntry(String type) {
        return type.equals("vp09");
    }

    @Override
    public DecoderConfig configOf(SampleDescription entry) throws MalformedException {
        VpcRecord.parse(entry.config());
        return DecoderConfig.video(Codec.VP9, entry.config(), entry.width(), entry.height(), 0);
    }
}
