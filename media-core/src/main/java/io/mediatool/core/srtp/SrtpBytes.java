package io.mediatool.core.srtp;

/** The few byte operations that the transforms share. */
final class SrtpBytes {
    private SrtpBytes() {}

    static int u16(byte[] data, int at) {
        return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
    }

    static int i32(byte[] data, int at) {
        return u16(data, at) << 16 | u16(data, at + 2);
    }

    static long i64(byte[] data, int at) {
        return (long) i32(data, at) << 32 | i32(data, at + 4) & 0xffff_ffffL;
    }

    static void putI32(byte[] data, int at, int value) {
        data[at] = (byte) (value >> 24);
        data[at + 1] = (byte) (value >> 16);
        data[at + 2] = (byte) (value >> 8);
        data[at + 3] = (byte) value;
    }

    /** Header, CSRCs and extension of an RTP packet (RFC 3550 §5.1), or −1 when it breaks its format. */
    static int rtpHeaderBytes(byte[] data, int offset, int length) {
        if (length < 12 || (data[offset] & 0xc0) != 0x80) {
            return -1;
        }
        int bytes = 12 + 4 * (data[offset] & 0x0f);
        if ((data[offset] & 0x10) != 0) {
            if (length < bytes + 4) {
                return -1;
            }
            bytes += 4 + 4 * u16(data, offset + bytes + 2);
        }
        return bytes <= length ? bytes : -1;
    }
}
