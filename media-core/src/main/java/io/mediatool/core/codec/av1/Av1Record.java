package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The payload of {@code av1C}, AV1 ISO binding §2.3.
 *
 * <pre>
 * |1| version = 1 (7) | profile (3) | level (5) |
 * |tier|high|twelve|mono|subX|subY| position (2) | 0 (3) |0| 0 (4) | configOBUs ...
 * </pre>
 */
final class Av1Record {
    static final int HEADER_BYTES = 4;

    private Av1Record() {}

    /** The record of a stream that begins with this sequence header OBU. */
    static byte[] of(SequenceHeader header, byte[] sizedObu) {
        SequenceHeader.Color color = header.color();
        int flags = header.tier() << 7
                | (color.bitDepth() > 8 ? 0x40 : 0)
                | (color.bitDepth() == 12 ? 0x20 : 0)
                | (color.mono() ? 0x10 : 0)
                | color.subsamplingX() << 3
                | color.subsamplingY() << 2
                | color.samplePosition();
        return new ByteWriter(HEADER_BYTES + sizedObu.length)
                .u8(0x81)
                .u8(header.profile() << 5 | header.level())
                .u8(flags)
                .u8(0)
                .bytes(sizedObu)
                .toByteArray();
    }

    /** The sequence header OBU in a record, with its size as stored, or null when the record has none. */
    static @Nullable Obu sequenceHeader(byte[] record) throws MalformedException {
        ByteReader in = new ByteReader(record);
        if (in.u8() != 0x81) {
            throw new MalformedException("av1C: version is not 1", 0);
        }
        in.skip(HEADER_BYTES - 1);
        while (in.remaining() > 0) {
            Obu obu = Obu.read(in, 0);
            if (obu.type() == Obu.SEQUENCE_HEADER) {
                return obu;
            }
        }
        return null;
    }
}
