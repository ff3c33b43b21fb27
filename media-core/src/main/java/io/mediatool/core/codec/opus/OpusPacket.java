package io.mediatool.core.codec.opus;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.MalformedException;
import java.util.Arrays;

/**
 * How an Opus packet is cut into frames, RFC 6716 §3, with its rules R1 to R7 for what is malformed.
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * | config  |s| c |  c = 0: one frame; 1: two of equal size; 2: two; 3: a count octet |v|p|     M     | follows
 * </pre>
 *
 * @param toc the first octet
 * @param frameSamples length of one frame in samples of 48 kHz
 * @param offsets where each frame begins in the packet
 * @param lengths bytes of each frame; 0 for one that was not sent (DTX)
 */
record OpusPacket(int toc, int frameSamples, int[] offsets, int[] lengths) {
    private static final int MAX_FRAME_BYTES = 1275;
    private static final int MAX_SAMPLES = 5760; // 120 ms

    static OpusPacket parse(byte[] data, int offset, int length) throws MalformedException {
        ByteReader in = new ByteReader(data, offset, length);
        int toc = in.u8();
        int frameSamples = frameSamples(toc >> 3);
        int[] lengths = switch (toc & 3) {
            case 0 -> new int[] {in.remaining()};
            case 1 -> twoEqual(in);
            case 2 -> twoDifferent(in);
            default -> counted(in, frameSamples);
        };
        int[] offsets = new int[lengths.length];
        int at = in.position();
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0 || lengths[i] > MAX_FRAME_BYTES) {
                throw new MalformedException("opus: bad frame length", at);
            }
            offsets[i] = at;
            at += lengths[i];
        }
        if (at > length) {
            throw new MalformedException("opus: frames exceed packet", at);
        }
        return new OpusPacket(toc, frameSamples, offsets, lengths);
    }

    /** Length of the whole packet in samples of 48 kHz, 120 to 5760. */
    int samples() {
        return frameSamples * lengths.length;
    }

    /** RFC 6716 Table 2: SILK 10 to 60 ms, hybrid 10 and 20 ms, CELT 2.5 to 20 ms. */
    private static int frameSamples(int config) {
        if (config < 12) {
            return new int[] {480, 960, 1920, 2880}[config & 3];
        }
        return config < 16 ? 480 << (config & 1) : 120 << (config & 3);
    }

    private static int[] twoEqual(ByteReader in) throws MalformedException {
        if ((in.remaining() & 1) != 0) {
            throw new MalformedException("opus: odd bytes for two equal frames", 0);
        }
        return new int[] {in.remaining() / 2, in.remaining() / 2};
    }

    private static int[] twoDifferent(ByteReader in) throws MalformedException {
        int first = frameLength(in);
        return new int[] {first, in.remaining() - first};
    }

    private static int[] counted(ByteReader in, int frameSamples) throws MalformedException {
        int header = in.u8();
        int count = header & 0x3f;
        if (count == 0 || count * frameSamples > MAX_SAMPLES) {
            throw new MalformedException("opus: bad frame count", 1);
        }
        int padding = 0;
        if ((header & 0x40) != 0) {
            int octet;
            do {
                octet = in.u8();
                padding += octet == 255 ? 254 : octet;
            } while (octet == 255);
        }
        int[] lengths = new int[count];
        int known = 0;
        boolean variable = (header & 0x80) != 0;
        for (int i = 0; variable && i < count - 1; i++) {
            lengths[i] = frameLength(in);
            known += lengths[i];
        }
        int left = in.remaining() - padding - known;
        if (left < 0 || !variable && left % count != 0) {
            throw new MalformedException("opus: frames do not fill packet", in.position());
        }
        if (variable) {
            lengths[count - 1] = left;
        } else {
            Arrays.fill(lengths, left / count);
        }
        return lengths;
    }

    /** RFC 6716 §3.2.1: one octet up to 251, else two. */
    private static int frameLength(ByteReader in) throws MalformedException {
        int first = in.u8();
        return first < 252 ? first : first + 4 * in.u8();
    }
}
