package io.mediatool.core.audio;

import java.util.Arrays;

/** Sines, and how well they came through. */
public final class Sines {
    private Sines() {}

    /** From sample 0 at {@code start} seconds on. */
    public static float[] sine(double hertz, double amplitude, int rate, double start, int length) {
        float[] samples = new float[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (float) (amplitude * Math.sin(2 * Math.PI * hertz * (start + (double) i / rate)));
        }
        return samples;
    }

    /** What it is in decibels above everything else in there, whatever its amplitude and phase. */
    public static double snr(float[] samples, double hertz, int rate) {
        double[] fit = fit(samples, hertz, rate);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < samples.length; i++) {
            double angle = 2 * Math.PI * hertz * i / rate;
            double ideal = fit[0] * Math.sin(angle) + fit[1] * Math.cos(angle);
            signal += ideal * ideal;
            noise += (samples[i] - ideal) * (samples[i] - ideal);
        }
        return 10 * Math.log10(signal / noise);
    }

    public static double amplitude(float[] samples, double hertz, int rate) {
        double[] fit = fit(samples, hertz, rate);
        return Math.hypot(fit[0], fit[1]);
    }

    /** In seconds, within half a period: by how much it is late against a sine that began with the first sample. */
    public static double delay(float[] samples, double hertz, int rate) {
        double[] fit = fit(samples, hertz, rate);
        return -Math.atan2(fit[1], fit[0]) / (2 * Math.PI * hertz);
    }

    /** Amplitudes of sine and cosine, by least squares. */
    private static double[] fit(float[] samples, double hertz, int rate) {
        double ss = 0;
        double cc = 0;
        double sc = 0;
        double xs = 0;
        double xc = 0;
        for (int i = 0; i < samples.length; i++) {
            double angle = 2 * Math.PI * hertz * i / rate;
            double s = Math.sin(angle);
            double c = Math.cos(angle);
            ss += s * s;
            cc += c * c;
            sc += s * c;
            xs += samples[i] * s;
            xc += samples[i] * c;
        }
        double det = ss * cc - sc * sc;
        return new double[] {(xs * cc - xc * sc) / det, (xc * ss - xs * sc) / det};
    }

    /** Without the first and the last. */
    public static float[] middle(float[] samples, int skipped) {
        return Arrays.copyOfRange(samples, skipped, samples.length - skipped);
    }
}
