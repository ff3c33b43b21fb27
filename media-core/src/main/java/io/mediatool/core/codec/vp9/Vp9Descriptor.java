package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.PacketLayers;
import org.jspecify.annotations.Nullable;

/**
 * The payload descriptor before every piece of VP9, RFC 9628 §4.2.
 *
 * <pre>
 *      0 1 2 3 4 5 6 7
 *     +-+-+-+-+-+-+-+-+
 *     |I|P|L|F|B|E|V|Z| required
 *     +-+-+-+-+-+-+-+-+
 * I:  |M| PICTURE ID  | 7 bits or, with M, 15
 *     | EXTENDED PID  |
 * L:  | TID |U| SID |D|
 *     |   TL0PICIDX   | only without F
 * P,F:|    P_DIFF   |N| up to 3 times, while N
 * V:  |  SS ...       |
 *     +-+-+-+-+-+-+-+-+
 * </pre>
 *
 * @param interPredicted P: the frame refers to an earlier picture
 * @param flexible F
 * @param startsLayer B: the payload begins a layer frame
 * @param endsLayer E: the payload ends a layer frame
 * @param pictureId 7 or 15 bits, or -1 when absent
 * @param temporalLayer TID, or 0 when absent
 * @param spatialLayer SID, or 0 when absent
 * @param interLayer D: the layer frame refers to the layer below, of the same picture
 * @param length bytes of the descriptor
 */
record Vp9Descriptor(
        boolean interPredicted,
        boolean flexible,
        boolean startsLayer,
        boolean endsLayer,
        int pictureId,
        int temporalLayer,
        int spatialLayer,
        boolean interLayer,
        int length) {

    /** Has {@code into} know the sizes that a descriptor tells in its scalability structure; it has one (V). */
    static void readSizes(ByteReader in, PacketLayers into) throws MalformedException {
        parse(in, into);
    }

    static Vp9Descriptor parse(ByteReader in) throws MalformedException {
        return parse(in, null);
    }

    private static Vp9Descriptor parse(ByteReader in, @Nullable PacketLayers sizes) throws MalformedException {
        int from = in.position();
        int flags = in.u8();
        boolean predicted = (flags & 0x40) != 0;
        boolean flexible = (flags & 0x10) != 0;
        int pictureId = -1;
        if ((flags & 0x80) != 0) {
            pictureId = in.u8();
            if ((pictureId & 0x80) != 0) {
                pictureId = (pictureId & 0x7f) << 8 | in.u8();
            }
        }
        int layers = 0;
        if ((flags & 0x20) != 0) {
            layers = in.u8();
            if (!flexible) {
                in.u8();
            }
        }
        if (flexible && predicted) {
            for (int references = 1; (in.u8() & 1) != 0; references++) {
                if (references == 3) {
                    throw new MalformedException("vp9: more than three references", in.position());
                }
            }
        }
        if ((flags & 0x02) != 0) {
            readScalabilityStructure(in, sizes);
        }
        return new Vp9Descriptor(
                predicted,
                flexible,
                (flags & 0x08) != 0,
                (flags & 0x04) != 0,
                pictureId,
                layers >> 5,
                layers >> 1 & 7,
                (layers & 1) != 0,
                in.position() - from);
    }

    /**
     * RFC 9628 §4.2.1: of the sizes whoever has the frames needs nothing, they say it themselves.
     *
     * <pre>
     * | N_S |Y|G|-|-|-|
     * Y: WIDTH (16), HEIGHT (16), N_S + 1 times
     * G: | N_G |, N_G times: | TID |U| R |-|-|, R times P_DIFF (8)
     * </pre>
     */
    private static void readScalabilityStructure(ByteReader in, @Nullable PacketLayers sizes)
            throws MalformedException {
        int header = in.u8();
        for (int layers = (header & 0x10) != 0 ? (header >> 5) + 1 : 0; layers > 0; layers--) {
            int width = in.u16();
            int height = in.u16();
            if (sizes != null) {
                sizes.addSize(width, height);
            }
        }
        if ((header & 0x08) != 0) {
            for (int pictures = in.u8(); pictures > 0; pictures--) {
                in.skip(in.u8() >> 2 & 3);
            }
        }
    }
}
