package io.mediatool.core.audio;

import java.util.Arrays;

/**
 * Another sampling rate, by a windowed sinc (Kaiser) in {@value #PHASES} phases with linear interpolation between them: errors stay 90 dB below the
 * sound. Positions are exact integers, however long it runs. The output is where the input was: no delay to account for, only to wait
 * for. One thread at a time.
 */
public final class Resampler {
    private static final int PHASES = 256;
    private static final int ZERO_CROSSINGS = 16;
    private static final double BETA = 9;
    /** Of the lower rate's bandwidth, where something is to be cut off. */
    private static final double PASS = 0.94;
    /** Fractions of a step, so that the rate can be bent by less than one in a million. */
    private static final long FINE = 1_000;

    private final int inRate;
    private final long denominator;
    private final int half;
    private final boolean same;
    private final float[][] phases;
    private final float[] taps;
    private final float[][] buffer;
    private int buffered;
    private long bufferStart;
    private long index;
    private long numerator;
    private long bend;
    private long pushed;
    private long made;
    private float[][] output;
    private int outputLength;

    public Resampler(int inRate, int outRate, int channels) {
        this.inRate = inRate;
        this.denominator = FINE * outRate;
        this.same = inRate == outRate;
        double cutoff = same ? 1 : Math.min(1, (double) outRate / inRate) * PASS;
        this.half = (int) Math.ceil(ZERO_CROSSINGS / Math.min(1, (double) outRate / inRate));
        this.phases = phases(half, cutoff);
        this.taps = new float[2 * half];
        this.buffer = new float[channels][4 * half];
        this.output = new float[channels][0];
        this.buffered = half - 1; // silence before the first
        this.bufferStart = 1L - half;
    }

    private static float[][] phases(int half, double cutoff) {
        float[][] phases = new float[PHASES + 1][2 * half];
        for (int phase = 0; phase <= PHASES; phase++) {
            double sum = 0;
            double[] row = new double[2 * half];
            for (int tap = 0; tap < 2 * half; tap++) {
                double x = tap - half + 1 - (double) phase / PHASES;
                double window =
                        bessel(BETA * Math.sqrt(Math.max(0, 1 - x * x / ((double) half * half)))) / bessel(BETA);
                double angle = Math.PI * cutoff * x;
                row[tap] = window * cutoff * (x == 0 ? 1 : Math.sin(angle) / angle);
                sum += row[tap];
            }
            for (int tap = 0; tap < 2 * half; tap++) {
                phases[phase][tap] = (float) (row[tap] / sum);
            }
        }
        return phases;
    }

    /** The modified Bessel function of the first kind, order 0. */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; k < 40; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }

    /** Runs faster (above 0) or slower than the rates say from now on, by this many millionths of the input's rate. */
    public void bend(int ppm) {
        bend = (long) inRate * FINE * ppm / 1_000_000L;
    }

    /** Takes the next samples. */
    public void push(float[][] planes, int from, int length) {
        for (int at = from, left = length; left > 0; ) {
            int space = buffer[0].length - buffered;
            int count = Math.min(space, left);
            for (int channel = 0; channel < buffer.length; channel++) {
                System.arraycopy(planes[channel], at, buffer[channel], buffered, count);
            }
            buffered += count;
            pushed += count;
            at += count;
            left -= count;
            run();
        }
    }

    /** Takes silence. */
    public void pushSilence(int length) {
        float[][] silence = new float[buffer.length][Math.min(length, 4_096)];
        for (int left = length; left > 0; left -= silence[0].length) {
            push(silence, 0, Math.min(left, silence[0].length));
        }
    }

    /** Gives out what is still on its way: as if silence followed. */
    public void drain() {
        long before = pushed;
        pushSilence(half);
        pushed = before;
    }

    private void run() {
        int first;
        while ((first = (int) (index - half + 1 - bufferStart)) + 2 * half <= buffered) {
            room();
            if (same && numerator == 0) {
                for (int channel = 0; channel < buffer.length; channel++) {
                    output[channel][outputLength] = buffer[channel][first + half - 1];
                }
            } else {
                interpolate(first);
            }
            outputLength++;
            made++;
            numerator += inRate * FINE + bend;
            index += numerator / denominator;
            numerator %= denominator;
        }
        int keep = Math.max(0, Math.min(buffered, (int) (index - half + 1 - bufferStart)));
        for (float[] plane : buffer) {
            System.arraycopy(plane, keep, plane, 0, buffered - keep);
        }
        buffered -= keep;
        bufferStart += keep;
    }

    private void room() {
        if (outputLength == output[0].length) {
            for (int channel = 0; channel < output.length; channel++) {
                output[channel] = Arrays.copyOf(output[channel], Math.max(1_024, 2 * outputLength));
            }
        }
    }

    private void interpolate(int first) {
        float at = (float) ((double) numerator / denominator * PHASES);
        int phase = (int) Math.min(PHASES - 1, at);
        float part = at - phase;
        float[] low = phases[phase];
        float[] high = phases[phase + 1];
        for (int tap = 0; tap < taps.length; tap++) {
            taps[tap] = low[tap] + part * (high[tap] - low[tap]);
        }
        for (int channel = 0; channel < buffer.length; channel++) {
            float[] plane = buffer[channel];
            float a = 0;
            float b = 0;
            for (int tap = 0; tap < taps.length; tap += 2) { // half is whole, so taps are even
                a += taps[tap] * plane[first + tap];
                b += taps[tap + 1] * plane[first + tap + 1];
            }
            output[channel][outputLength] = a + b;
        }
    }

    /** Samples of each channel that are there to be taken. */
    public int available() {
        return outputLength;
    }

    /** Moves the oldest samples to {@code into}, from {@code at}; {@code length} at most {@link #available()}. */
    public void take(float[][] into, int at, int length) {
        for (int channel = 0; channel < output.length; channel++) {
            System.arraycopy(output[channel], 0, into[channel], at, length);
            System.arraycopy(output[channel], length, output[channel], 0, outputLength - length);
        }
        outputLength -= length;
    }

    /** Where in the output, counted from its beginning, the next sample that is pushed will be. */
    public double position() {
        double ahead = pushed - index - (double) numerator / denominator;
        return made + ahead * denominator / FINE / inRate;
    }
}
