package io.mediatool.core.codec.opus;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;

/**
 * The payload of {@code dOps}, "Encapsulation of Opus in ISO BMFF" §4.3.2: the header of Ogg (RFC 7845 §5.1) in big-endian.
 *
 * <pre>
 * | version = 0 (8) | channels (8) | preSkip (16) | input rate (32) | gain (16) | mapping family (8) |
 * family > 0: | streams (8) | coupled (8) | mapping (8) × channels |
 * </pre>
 */
final class OpusHead {
    /**
     * Samples of 48 kHz that a decoder drops first. RTP does not say it; 312 (6.5 ms) is the look-ahead of libopus at its
     * default, which nearly every sender uses, and what FFmpeg writes for its own files.
     */
    static final int PRE_SKIP = 312;

    private OpusHead() {}

    static byte[] of(int channels) {
        return new ByteWriter(16)
                .u8(0)
                .u8(channels)
                .u16(PRE_SKIP)
                .u32(48_000)
                .u16(0)
                .u8(0)
                .toByteArray();
    }

    /** Checks a box payload and answers its channels. */
    static int channels(byte[] payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        if (in.u8() != 0) {
            throw new MalformedException("dOps: version is not 0", 0);
        }
        int channels = in.u8();
        if (channels == 0) {
            throw new MalformedException("dOps: no channels", 1);
        }
        in.skip(2 + 4 + 2);
        if (in.u8() != 0) {
            in.skip(2 + channels);
        }
        return channels;
    }
}
