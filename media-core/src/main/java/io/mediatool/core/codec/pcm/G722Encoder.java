package io.mediatool.core.codec.pcm;

/** ITU-T G.722 at 64 kbit/s: two samples of 16 kHz to one octet. The counterpart of {@link G722Decoder}. */
final class G722Encoder {
    // §6.2.1.2 QUANTL: decision levels, and the codes of negative and positive differences.
    private static final int[] Q6 = {
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219,
        1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919
    };

    private final G722Band lower = G722Band.lower();
    private final G722Band higher = G722Band.higher();
    private final int[] line = new int[24];

    /** Encodes {@code length} bytes, a multiple of four, of 16-bit samples in network byte order. */
    byte[] encode(byte[] samples, int offset, int length) {
        byte[] octets = new byte[length / 4];
        for (int i = 0; i < octets.length; i++) {
            System.arraycopy(line, 2, line, 0, 22);
            line[22] = sample(samples, offset + 4 * i);
            line[23] = sample(samples, offset + 4 * i + 2);
            int even = G722Tables.mirror(line, 1, false);
            int odd = G722Tables.mirror(line, 0, true);
            octets[i] = (byte) (higher((even - odd) >> 14) << 6 | lower((even + odd) >> 14));
        }
        return octets;
    }

    private int lower(int sample) {
        int error = G722Band.saturate(sample - lower.prediction());
        int size = error >= 0 ? error : -(error + 1);
        int level = 1;
        while (level < Q6.length && size >= (Q6[level] * lower.step() >> 12)) {
            level++;
        }
        int code;
        if (error >= 0) {
            code = 62 - level;
        } else {
            code = level < 3 ? 64 - level : 34 - level;
        }
        lower.adapt(lower.step() * G722Tables.lower4(code >> 2) >> 15, G722Tables.lowerScale(code >> 2));
        return code;
    }

    private int higher(int sample) {
        int error = G722Band.saturate(sample - higher.prediction());
        int size = error >= 0 ? error : -(error + 1);
        boolean large = size >= (564 * higher.step() >> 12);
        int code = (error < 0 ? 0 : 2) + (large ? 0 : 1);
        higher.adapt(higher.step() * G722Tables.higher(code) >> 15, G722Tables.higherScale(code));
        return code;
    }

    private static int sample(byte[] samples, int at) {
        return samples[at] << 8 | samples[at + 1] & 0xff;
    }
}
