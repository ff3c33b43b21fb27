package io.mediatool.core.audio.pcm;

/**
 * ITU-T G.711: eight bits for fourteen (µ-law) or thirteen (A-law), sign, segment and step.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |S| seg |  step |  µ-law: all bits inverted; A-law: even bits inverted
 * </pre>
 */
final class G711 {
    private static final int BIAS = 33;
    private static final int MU_CLIP = 8_191;

    private G711() {}

    /** µ-law to 16 bits. */
    static int ofMu(int code) {
        int bits = ~code;
        int segment = bits >> 4 & 7;
        int size = ((2 * (bits & 15) + BIAS) << segment) - BIAS;
        return 4 * ((bits & 0x80) == 0 ? size : -size);
    }

    /** 16 bits to µ-law. */
    static int toMu(int sample) {
        int size = Math.min(Math.abs(sample) + 2 >> 2, MU_CLIP - BIAS) + BIAS;
        int segment = 26 - Integer.numberOfLeadingZeros(size);
        int bits = (sample < 0 ? 0x80 : 0) | segment << 4 | size >> segment + 1 & 15;
        return ~bits & 0xff;
    }

    /** A-law to 16 bits. */
    static int ofA(int code) {
        int bits = code ^ 0x55;
        int segment = bits >> 4 & 7;
        int step = 2 * (bits & 15) + 1;
        int size = segment == 0 ? step : step + 32 << segment - 1;
        return 8 * ((bits & 0x80) != 0 ? size : -size);
    }

    /** 16 bits to A-law. */
    static int toA(int sample) {
        int size = Math.min(sample < 0 ? ~sample : sample, 32_767) >> 4;
        int segment = Math.max(0, 28 - Integer.numberOfLeadingZeros(size));
        int step = segment < 2 ? size & 15 : size >> segment - 1 & 15;
        return ((sample < 0 ? 0 : 0x80) | segment << 4 | step) ^ 0x55;
    }
}
