package io.mediatool.core.codec.pcm;

/**
 * ITU-T G.722 at 64 kbit/s, mode 1: one octet to two samples of 16 kHz. Never fails: every octet means something.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * |IH |    IL     |  higher and lower sub-band
 * </pre>
 */
final class G722Decoder {
    private final G722Band lower = G722Band.lower();
    private final G722Band higher = G722Band.higher();
    private final int[] line = new int[24];

    /** Decodes to 16-bit samples in network byte order, four bytes an octet. */
    byte[] decode(byte[] data, int offset, int length) {
        byte[] samples = new byte[4 * length];
        for (int i = 0; i < length; i++) {
            octet(data[offset + i] & 0xff);
            put(samples, 4 * i, G722Tables.mirror(line, 1, false) >> 11);
            put(samples, 4 * i + 2, G722Tables.mirror(line, 0, true) >> 11);
        }
        return samples;
    }

    private void octet(int code) {
        int il = code & 0x3f;
        int low = lower.prediction() + (lower.step() * G722Tables.lower6(il) >> 15);
        lower.adapt(lower.step() * G722Tables.lower4(il >> 2) >> 15, G722Tables.lowerScale(il >> 2));

        int ih = code >> 6;
        int difference = higher.step() * G722Tables.higher(ih) >> 15;
        int high = higher.prediction() + difference;
        higher.adapt(difference, G722Tables.higherScale(ih));

        low = G722Band.clamp(low, -16384, 16383);
        high = G722Band.clamp(high, -16384, 16383);
        System.arraycopy(line, 2, line, 0, 22);
        line[22] = low + high;
        line[23] = low - high;
    }

    private static void put(byte[] samples, int at, int value) {
        int sample = G722Band.saturate(value);
        samples[at] = (byte) (sample >> 8);
        samples[at + 1] = (byte) sample;
    }
}
