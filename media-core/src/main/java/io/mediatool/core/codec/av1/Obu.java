package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;

/**
 * One open bitstream unit inside an array, AV1 specification §5.3.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |F| type  |X|S|-|  F = 0; X: extension octet follows; S: leb128 size of the payload follows
 * |TID  |SID|-----|
 * </pre>
 *
 * @param type obu_type
 * @param header the first octet
 * @param extension the second octet, or -1 without
 * @param payloadOffset in the array that was read
 * @param payloadLength bytes
 */
record Obu(int type, int header, int extension, int payloadOffset, int payloadLength) {
    static final int SEQUENCE_HEADER = 1;
    static final int TEMPORAL_DELIMITER = 2;
    static final int FRAME_HEADER = 3;
    static final int FRAME = 6;
    static final int TILE_LIST = 8;
    static final int PADDING = 15;

    /** Reads the next OBU of {@code in}, which starts at {@code base} in its array; without a size it takes all. */
    static Obu read(ByteReader in, int base) throws MalformedException {
        int header = in.u8();
        if ((header & 0x80) != 0) {
            throw new MalformedException("av1: forbidden bit", in.position() - 1);
        }
        int extension = (header & 0x04) != 0 ? in.u8() : -1;
        int length = (header & 0x02) != 0 ? leb128(in) : in.remaining();
        int offset = base + in.position();
        in.skip(length);
        return new Obu(header >> 3 & 15, header, extension, offset, length);
    }

    /** leb128() of §4.10.5, of values that fit an int. */
    static int leb128(ByteReader in) throws MalformedException {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            int octet = in.u8();
            value |= (octet & 0x7fL) << (7 * i);
            if ((octet & 0x80) == 0) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new MalformedException("av1: size too large", in.position());
    }

    static void writeLeb128(ByteWriter out, int value) {
        int left = value;
        for (; left >= 0x80; left >>>= 7) {
            out.u8(left & 0x7f | 0x80);
        }
        out.u8(left);
    }

    static int leb128Bytes(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Whether neither samples nor packets carry it: the binding §2.4 and the payload format §5. */
    boolean dropped() {
        return type == TEMPORAL_DELIMITER || type == TILE_LIST || type == PADDING;
    }

    /** Bytes of the header without a size: 1 or 2. */
    int headerBytes() {
        return extension < 0 ? 1 : 2;
    }

    /** Appends it as samples hold it, with its size. */
    void writeSized(byte[] source, ByteWriter out) {
        writeHeader(out, 0x02);
        writeLeb128(out, payloadLength);
        out.bytes(source, payloadOffset, payloadLength);
    }

    /** Appends it as packets carry it, without a size. */
    void writeBare(byte[] source, ByteWriter out) {
        writeHeader(out, 0);
        out.bytes(source, payloadOffset, payloadLength);
    }

    private void writeHeader(ByteWriter out, int sizeFlag) {
        out.u8(header & ~0x02 | sizeFlag);
        if (extension >= 0) {
            out.u8(extension);
        }
    }
}
