package io.mediatool.core.codec.aac;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.BitWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import java.util.Arrays;

/**
 * How LATM lays out frames, ISO/IEC 14496-3 §1.7.3, for one program of one layer, which is all that AAC senders use.
 *
 * <pre>
 * | audioMuxVersion | A, taraBufferFullness (with version 1) | allStreamsSameTimeFraming = 1 |
 * | numSubFrames (6) | numProgram = 0 (4) | numLayer = 0 (3) | [ascLen] AudioSpecificConfig |
 * | frameLengthType (3) | latmBufferFullness (8) or frameLength (9) | other data | crc |
 * </pre>
 *
 * @param audio the parsed AudioSpecificConfig
 * @param config the same with its bytes
 * @param frames audio frames in one AudioMuxElement, 1 to 64
 * @param frameBytes bytes of every frame, or -1 when each says its own
 * @param otherDataBits after the frames
 */
record StreamMuxConfig(
        AudioSpecificConfig audio, DecoderConfig config, int frames, int frameBytes, long otherDataBits) {

    /** Reads the {@code config=} of a description. GStreamer's ends with the AudioSpecificConfig: the rest is 0 then. */
    static StreamMuxConfig parse(byte[] bytes) throws MalformedException {
        return read(new BitReader(Arrays.copyOf(bytes, bytes.length + 2)));
    }

    static StreamMuxConfig read(BitReader in) throws MalformedException {
        boolean version1 = in.flag();
        if (version1) {
            if (in.flag()) {
                throw new MalformedException("latm: audioMuxVersionA is not 0", 0);
            }
            value(in); // taraBufferFullness
        }
        boolean sameFraming = in.flag();
        int frames = in.u(6) + 1;
        if (!sameFraming || in.u(4) != 0 || in.u(3) != 0) {
            throw new MalformedException("latm: more than one program or layer", 0);
        }
        byte[] bytes = version1 ? specificConfig(in, value(in)) : specificConfig(in);
        AudioSpecificConfig audio = AudioSpecificConfig.parse(bytes);
        int frameBytes = frameBytes(in);
        long otherDataBits = 0;
        if (in.flag()) {
            otherDataBits = version1 ? value(in) : escaped(in);
        }
        in.skip(in.flag() ? 8 : 0); // crcCheckSum
        return new StreamMuxConfig(audio, audio.toDecoderConfig(bytes), frames, frameBytes, otherDataBits);
    }

    /** Version 1 says the length in bits. */
    private static byte[] specificConfig(BitReader in, long bits) throws MalformedException {
        if (bits > in.remainingBits() || bits > 8 * 256) {
            throw new MalformedException("latm: configuration too long", in.positionBits() / 8);
        }
        return copy(in, (int) bits);
    }

    /** Version 0 does not: a first reading finds the end. */
    private static byte[] specificConfig(BitReader in) throws MalformedException {
        BitReader ahead = in.copy();
        // The program config element aligns to the start of the AudioSpecificConfig, hence the copy.
        byte[] rest = copy(ahead, (int) Math.min(in.remainingBits(), 8 * 512));
        BitReader own = new BitReader(rest);
        AudioSpecificConfig audio = AudioSpecificConfig.read(own);
        if (audio.objectType() == 39) {
            throw new MalformedException("latm: ELD needs audioMuxVersion 1", in.positionBits() / 8);
        }
        return copy(in, (int) own.positionBits());
    }

    private static byte[] copy(BitReader in, int bits) throws MalformedException {
        BitWriter out = new BitWriter();
        int left = bits;
        for (; left >= 8; left -= 8) {
            out.bits(in.u(8), 8);
        }
        return out.bits(in.u(left), left).toByteArray();
    }

    private static int frameBytes(BitReader in) throws MalformedException {
        return switch (in.u(3)) {
            case 0 -> {
                in.skip(8); // latmBufferFullness
                yield -1;
            }
            case 1 -> in.u(9) + 20; // §1.7.3.2.3: frameLength counts from 20 bytes
            default -> throw new MalformedException("latm: frame length type of another codec", 0);
        };
    }

    /** LatmGetValue(): two bits say how many bytes, less one. */
    private static long value(BitReader in) throws MalformedException {
        return in.bits(8 * (in.u(2) + 1));
    }

    /** otherDataLenBits of version 0: octets while the bit before each says that more follow. */
    private static long escaped(BitReader in) throws MalformedException {
        long bits = 0;
        boolean more;
        do {
            more = in.flag();
            bits = bits << 8 | in.u(8);
            if (bits > 1 << 24) {
                throw new MalformedException("latm: other data too long", in.positionBits() / 8);
            }
        } while (more);
        return bits;
    }
}
