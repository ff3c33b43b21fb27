package io.mediatool.core.audio;

/**
 * Samples of some time.
 *
 * @param planes those of each channel, all as many; 1 is full scale. Channels in the order of AAC (ISO/IEC 14496-3 Table 1.19): one; left, right;
 *     and from three on the centre first, then left, right, the sides and what is behind, low frequencies last
 * @param rate of each channel, a second
 */
public record Sound(float[][] planes, int rate) {
    /** Full scale in 16 bits. */
    public static final float FULL_SCALE = 32_768f;

    public Sound {
        if (planes.length == 0 || rate <= 0) {
            throw new IllegalArgumentException("sound without channels or rate");
        }
    }

    /** Samples of each channel. */
    public int length() {
        return planes[0].length;
    }

    public int channels() {
        return planes.length;
    }

    /** From interleaved samples of 16 bits. */
    public static Sound of(short[] samples, int length, int channels, int rate) {
        float[][] planes = new float[channels][length];
        for (int i = 0, at = 0; i < length; i++) {
            for (int channel = 0; channel < channels; channel++) {
                planes[channel][i] = samples[at++] / FULL_SCALE;
            }
        }
        return new Sound(planes, rate);
    }

    /** From interleaved samples of 16 bits in network byte order; what is less than one of each channel at the end is left out. */
    public static Sound of(byte[] samples, int channels, int rate) {
        int length = samples.length / (2 * channels);
        float[][] planes = new float[channels][length];
        for (int i = 0, at = 0; i < length; i++) {
            for (int channel = 0; channel < channels; channel++, at += 2) {
                planes[channel][i] = (samples[at] << 8 | samples[at + 1] & 0xff) / FULL_SCALE;
            }
        }
        return new Sound(planes, rate);
    }

    /** A sample in 16 bits; what is too loud is clipped. */
    public static short to16(float sample) {
        return (short) Math.max(-32_768, Math.min(32_767, Math.round(sample * FULL_SCALE)));
    }

    /** The same with another number of channels, 1 or 2, by the coefficients of ITU-R BS.775-3 §8, normalised so that nothing clips. */
    public Sound withChannels(int wanted) {
        if (channels() == wanted) {
            return this;
        }
        float[][] stereo = channels() == 1 ? new float[][] {planes[0], planes[0]} : stereo();
        return new Sound(wanted == 2 ? stereo : new float[][] {mean(stereo[0], stereo[1])}, rate);
    }

    private static float[] mean(float[] left, float[] right) {
        float[] both = new float[left.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = (left[i] + right[i]) / 2;
        }
        return both;
    }

    private float[][] stereo() {
        if (channels() == 2) {
            return planes;
        }
        float[] left = new float[length()];
        float[] right = new float[length()];
        // Of 5.1 and 7.1 the last are the low frequencies, which are left out.
        int full = channels() == 6 || channels() == 8 ? channels() - 1 : channels();
        float sum = 0;
        for (int channel = 0; channel < full; channel++) {
            sum += Downmix.left(channel, full);
        }
        float scale = 1 / sum;
        for (int channel = 0; channel < full; channel++) {
            float toLeft = scale * Downmix.left(channel, full);
            float toRight = scale * Downmix.right(channel, full);
            float[] plane = planes[channel];
            for (int i = 0; i < plane.length; i++) {
                left[i] += toLeft * plane[i];
                right[i] += toRight * plane[i];
            }
        }
        return new float[][] {left, right};
    }

    /** How much of a channel is heard on which side. */
    private static final class Downmix {
        private static final float SIDE = (float) Math.sqrt(0.5);

        static float left(int channel, int full) {
            if (channel == 1) {
                return 1;
            }
            boolean middle = channel == 0 || channel == full - 1 && full % 2 == 0;
            return middle || channel % 2 == 1 ? SIDE : 0;
        }

        static float right(int channel, int full) {
            if (channel == 2) {
                return 1;
            }
            boolean middle = channel == 0 || channel == full - 1 && full % 2 == 0;
            return middle || channel > 2 && channel % 2 == 0 ? SIDE : 0;
        }
    }
}
