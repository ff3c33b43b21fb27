package io.mediatool.core.codec.pcm;

/** The constants of ITU-T G.722 §6.2 that decoder and encoder share, in their names there. */
final class G722Tables {
    private static final int[] WL = {-60, -30, 58, 172, 334, 538, 1198, 3042};
    private static final int[] RL42 = {0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0};
    private static final int[] WH = {0, -214, 798};
    private static final int[] RH2 = {2, 1, 2, 1};
    private static final int[] QM2 = {-7408, -1616, 7408, 1616};
    private static final int[] QM4 = {
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0
    };
    private static final int[] QM6 = {
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576,
        -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040,
        -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136
    };
    private static final int[] QMF = {3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11};

    private G722Tables() {}

    /** Lower sub-band, all six bits: what the decoder hears. */
    static int lower6(int code) {
        return QM6[code];
    }

    /** Lower sub-band, the upper four bits: what both predictors adapt with. */
    static int lower4(int code) {
        return QM4[code];
    }

    static int lowerScale(int code4) {
        return WL[RL42[code4]];
    }

    static int higher(int code) {
        return QM2[code];
    }

    static int higherScale(int code) {
        return WH[RH2[code]];
    }

    /** The quadrature mirror filter over every second of 24 values from {@code from}, forward or backward. */
    static int mirror(int[] line, int from, boolean forward) {
        int sum = 0;
        for (int i = 0; i < 12; i++) {
            sum += line[from + 2 * i] * QMF[forward ? i : 11 - i];
        }
        return sum;
    }
}
