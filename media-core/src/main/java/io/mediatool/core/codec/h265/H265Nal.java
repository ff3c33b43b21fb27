package io.mediatool.core.codec.h265;

/**
 * NAL unit types of H.265 table 7-1, and the packet types that RFC 7798 §4.4 puts beside them.
 *
 * <pre>
 * |F|   Type (6)  |  LayerId (6)  | TID (3) |
 * </pre>
 */
final class H265Nal {
    static final int FIRST_IRAP = 16;
    static final int LAST_IRAP = 23;
    static final int LAST_SLICE = 31;
    static final int VPS = 32;
    static final int SPS = 33;
    static final int PPS = 34;
    static final int DELIMITER = 35;
    static final int PREFIX_SEI = 39;
    static final int AP = 48;
    static final int FU = 49;
    static final int PACI = 50;
    static final int HEADER_BYTES = 2;

    private H265Nal() {}

    static int type(byte first) {
        return first >> 1 & 0x3f;
    }

    static int layerId(byte first, byte second) {
        return (first & 1) << 5 | (second & 0xff) >> 3;
    }

    /** Whether this is the header of a NAL unit: numbers above PACI are the application's own (Dolby Vision has 62 and 63). */
    static boolean isUnit(int type) {
        return type < AP || type > PACI;
    }
}
