package io.mediatool.core.codec.pcm;

/**
 * The adaptive predictor and quantiser scale of one sub-band, ITU-T G.722 §3.5 and §3.6, in the
 * names of its §6.2 (block diagrams LOGSCL, SCALEL, RECONS, PARREC, UPPOL1, UPPOL2, UPZERO, FILTEP,
 * FILTEZ, PREDIC). Decoder and encoder run the same one.
 */
final class G722Band {
    private static final int[] ILB = {
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
        2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008
    };

    private final int maxScale;
    private final int scaleShift;
    private final int[] differences = new int[7];
    private final int[] zeros = new int[7];
    private int logScale;
    private int step;
    private int prediction;
    private int zeroPrediction;
    private int reconstructed;
    private int partial1;
    private int partial2;
    private int pole1;
    private int pole2;

    private G722Band(int maxScale, int scaleShift, int step) {
        this.maxScale = maxScale;
        this.scaleShift = scaleShift;
        this.step = step;
    }

    static G722Band lower() {
        return new G722Band(18432, 8, 32);
    }

    static G722Band higher() {
        return new G722Band(22528, 10, 8);
    }

    /** The quantiser's step (DETL, DETH). */
    int step() {
        return step;
    }

    /** The predicted next sample (SL, SH). */
    int prediction() {
        return prediction;
    }

    /** Takes one quantised sample and moves on. */
    void adapt(int difference, int logScaleChange) {
        logScale = clamp((logScale * 127 >> 7) + logScaleChange, 0, maxScale);
        int shift = scaleShift - (logScale >> 11);
        int mantissa = ILB[logScale >> 6 & 31];
        step = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;

        int previous = reconstructed;
        reconstructed = saturate(prediction + difference);
        adaptPoles(saturate(zeroPrediction + difference));
        adaptZeros(difference);

        int pole1Part = pole1 * saturate(2 * reconstructed) >> 15;
        int pole2Part = pole2 * saturate(2 * previous) >> 15;
        int sum = 0;
        for (int i = 6; i > 0; i--) {
            sum += zeros[i] * saturate(2 * differences[i]) >> 15;
        }
        zeroPrediction = saturate(sum);
        prediction = saturate(saturate(pole1Part + pole2Part) + zeroPrediction);
    }

    private void adaptPoles(int partial) {
        boolean same1 = sign(partial) == sign(partial1);
        boolean same2 = sign(partial) == sign(partial2);
        int slope = saturate(4 * pole1);
        slope = Math.min(same1 ? -slope : slope, 32767);
        int next2 = clamp((slope >> 7) + (same2 ? 128 : -128) + (pole2 * 32512 >> 15), -12288, 12288);
        int next1 = saturate((same1 ? 192 : -192) + (pole1 * 32640 >> 15));
        int limit = saturate(15360 - next2);
        pole1 = clamp(next1, -limit, limit);
        pole2 = next2;
        partial2 = partial1;
        partial1 = partial;
    }

    private void adaptZeros(int difference) {
        int gain = difference == 0 ? 0 : 128;
        differences[0] = difference;
        for (int i = 1; i < 7; i++) {
            boolean same = sign(differences[i]) == sign(difference);
            zeros[i] = saturate((same ? gain : -gain) + (zeros[i] * 32640 >> 15));
        }
        System.arraycopy(differences, 0, differences, 1, 6);
    }

    private static int sign(int value) {
        return value >> 15;
    }

    static int saturate(int value) {
        return clamp(value, -32768, 32767);
    }

    static int clamp(int value, int low, int high) {
        return Math.max(low, Math.min(high, value));
    }
}
