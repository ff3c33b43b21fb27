package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;

/**
 * The payload of {@code esds}: version and flags, then descriptors of ISO/IEC 14496-1 §7.2.6, each a tag and a length of one
 * to four octets.
 *
 * <pre>
 * ES_Descriptor (3): | ES_ID (16) | dependsOn, URL, OCR, priority (8) |
 *   DecoderConfigDescriptor (4): | object type 0x40 (8) | stream type 5 (6), 01 | buffer (24) | max, average bitrate (32) |
 *     DecoderSpecificInfo (5): AudioSpecificConfig
 *   SLConfigDescriptor (6): | 2: reserved for MP4 (8) |
 * </pre>
 */
final class Esds {
    private static final int ES = 3;
    private static final int DECODER_CONFIG = 4;
    private static final int DECODER_SPECIFIC = 5;
    private static final int SL_CONFIG = 6;
    private static final int MPEG4_AUDIO = 0x40;
    private static final int MPEG2_AAC_MAIN = 0x66;
    private static final int MPEG2_AAC_SSR = 0x68;

    private Esds() {}

    /** The box payload for a configuration; bit rates are left unknown. */
    static byte[] write(byte[] specificConfig) {
        int decoderBytes = 13 + 5 + specificConfig.length;
        ByteWriter out = new ByteWriter(64 + specificConfig.length).u32(0);
        header(out, ES, 3 + 5 + decoderBytes + 5 + 1).u16(0).u8(0);
        header(out, DECODER_CONFIG, decoderBytes).u8(MPEG4_AUDIO).u8(5 << 2 | 1).u24(0);
        out.u32(0).u32(0);
        header(out, DECODER_SPECIFIC, specificConfig.length).bytes(specificConfig);
        return header(out, SL_CONFIG, 1).u8(2).toByteArray();
    }

    /** The AudioSpecificConfig in a box payload. */
    static byte[] specificConfig(byte[] payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        in.skip(4);
        ByteReader es = descriptor(in, ES);
        es.skip(2);
        int flags = es.u8();
        es.skip((flags & 0x80) != 0 ? 2 : 0); // dependsOn_ES_ID
        if ((flags & 0x40) != 0) {
            es.skip(es.u8()); // URL
        }
        es.skip((flags & 0x20) != 0 ? 2 : 0); // OCR_ES_Id
        ByteReader decoder = descriptor(es, DECODER_CONFIG);
        int objectType = decoder.u8();
        if (objectType != MPEG4_AUDIO && (objectType < MPEG2_AAC_MAIN || objectType > MPEG2_AAC_SSR)) {
            throw new MalformedException("esds: not AAC", 0);
        }
        decoder.skip(12);
        ByteReader specific = descriptor(decoder, DECODER_SPECIFIC);
        return specific.bytes(specific.remaining());
    }

    /** The next descriptor with this tag; others before it are skipped. */
    private static ByteReader descriptor(ByteReader in, int tag) throws MalformedException {
        while (true) {
            int found = in.u8();
            ByteReader body = in.slice(length(in));
            if (found == tag) {
                return body;
            }
        }
    }

    /** §8.3.3: seven bits an octet, at most four octets. */
    private static int length(ByteReader in) throws MalformedException {
        int length = 0;
        for (int i = 0; i < 4; i++) {
            int octet = in.u8();
            length = length << 7 | octet & 0x7f;
            if ((octet & 0x80) == 0) {
                return length;
            }
        }
        throw new MalformedException("esds: descriptor length too long", in.position());
    }

    /** Lengths in four octets, as everybody writes them. */
    private static ByteWriter header(ByteWriter out, int tag, int length) {
        return out.u8(tag)
                .u8(0x80 | length >> 21)
                .u8(0x80 | length >> 14 & 0x7f)
                .u8(0x80 | length >> 7 & 0x7f)
                .u8(length & 0x7f);
    }
}
