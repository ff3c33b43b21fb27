package io.mediatool.core.codec.h264;

/** NAL unit types of H.264 table 7-1, and the packet types that RFC 6184 §5.2 puts beside them. */
final class H264Nal {
    static final int SLICE = 1;
    static final int PARTITION_A = 2;
    static final int PARTITION_B = 3;
    static final int PARTITION_C = 4;
    static final int IDR = 5;
    static final int SEI = 6;
    static final int SPS = 7;
    static final int PPS = 8;
    static final int DELIMITER = 9;
    static final int END_OF_SEQUENCE = 10;
    static final int END_OF_STREAM = 11;
    static final int FILLER = 12;
    static final int LAST_SINGLE = 23;
    static final int STAP_A = 24;
    static final int FU_A = 28;

    private H264Nal() {}

    static int type(byte header) {
        return header & 0x1f;
    }
}
