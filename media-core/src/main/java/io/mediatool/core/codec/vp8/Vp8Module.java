package io.mediatool.core.codec.vp8;

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

    /** RFC 7741 §4.2 and §4.3: the first octet of partition 0, whose lowest bit is 0 in key frames. */
    @Override
    public boolean startsKeyFrame(byte[] data, int offset, int length) {
        if (length < 2 || (data[offset] & 0x17) != 0x10) {
            return false;
        }
        int at = 1;
        if (data[offset] < 0) {
            int extension = data[offset + 1];
            at = 2;
            if ((extension & 0x80) != 0 && at < length) {
                at += data[offset + at] < 0 ? 2 : 1;
            }
            at += (extension & 0x40) != 0 ? 1 : 0;
            at += (extension & 0x30) != 0 ? 1 : 0;
        }
        return at < length && (data[offset + at] & 1) == 0;
    }

    /** RFC 7741 §4.2: TID and Y; the drawing is in {@link Vp8Descriptor}. */
    @Override
    public void readLayers(byte[] data, int offset, int length, PacketLayers into) {
        into.clear();
        if (length < 7 || data[offset] >= 0 || (data[offset + 1] & 0x20) == 0) {
            return;
        }
        int extension = data[offset + 1];
        int at = offset + 2;
        if ((extension & 0x80) != 0) {
            at += data[at] < 0 ? 2 : 1;
        }
        if ((extension & 0x40) != 0) {
            at++;
        }
        int layer = data[at] & 0xff;
        boolean starts = (data[offset] & 0x17) == 0x10;
        boolean key = startsKeyFrame(data, offset, length);
        into.set(0, layer >> 6, starts, false).begins(key, key).switches(0, (layer & 0x20) != 0);
    }

    @Override
    public PayloadNumbers payloadNumbers() {
        return new PictureNumbers(new Vp8Numbers());
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
        return SampleDescription.video("vp08", "vpcC", config);
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
