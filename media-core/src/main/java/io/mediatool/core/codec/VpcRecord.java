package io.mediatool.core.codec;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;

/**
 * The configuration that VP8 and VP9 share in MP4: {@code vpcC} version 1 of "VP Codec ISO Media File Format Binding" §2,
 * as the payload of the box, FullBox version and flags included.
 *
 * <pre>
 * | version = 1 (8)    | flags = 0 (24)                          |
 * | profile (8)        | level (8)       | bitDepth 4 chroma 3 R | colour primaries (8)
 * | transfer (8)       | matrix (8)      | codecInitializationDataSize = 0 (16)
 * </pre>
 *
 * @param profile 0 to 3
 * @param level 10 times the level number: 31 is level 3.1
 * @param bitDepth 8, 10 or 12
 * @param chroma 0 and 1: 4:2:0 (vertical, co-located), 2: 4:2:2, 3: 4:4:4
 * @param fullRange whether samples use the full range
 * @param primaries ISO/IEC 23001-8, 2 is unspecified
 * @param transfer likewise
 * @param matrix likewise
 */
public record VpcRecord(
        int profile, int level, int bitDepth, int chroma, boolean fullRange, int primaries, int transfer, int matrix) {
    /** The value that says nothing about a colour, ISO/IEC 23001-8. */
    public static final int UNSPECIFIED = 2;

    // Largest luma picture sizes of the VP9 levels (vp9-bitstream levels), smallest level first.
    private static final int[] LEVEL_PIXELS = {
        36_864, 73_728, 122_880, 245_760, 552_960, 983_040, 2_228_224, 8_912_896, 35_651_584
    };
    private static final int[] LEVELS = {10, 11, 20, 21, 30, 31, 40, 50, 60};

    /**
     * The lowest level whose pictures hold this one. The frame rate is not in the stream, so a high rate may deserve the
     * level's next step; no decoder that we know refuses for that.
     */
    public static int levelOf(int width, int height) {
        long pixels = (long) width * height;
        for (int i = 0; i < LEVELS.length; i++) {
            if (pixels <= LEVEL_PIXELS[i]) {
                return LEVELS[i];
            }
        }
        return 62;
    }

    /** The box payload. */
    public byte[] toBytes() {
        return new ByteWriter(12)
                .u8(1)
                .u24(0)
                .u8(profile)
                .u8(level)
                .u8(bitDepth << 4 | chroma << 1 | (fullRange ? 1 : 0))
                .u8(primaries)
                .u8(transfer)
                .u8(matrix)
                .u16(0)
                .toByteArray();
    }

    /** Reads a box payload, version 1 only: version 0 was a draft with other fields. */
    public static VpcRecord parse(byte[] payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        if (in.u8() != 1) {
            throw new MalformedException("vpcC: version is not 1", 0);
        }
        in.skip(3);
        int profile = in.u8();
        int level = in.u8();
        int packed = in.u8();
        VpcRecord record = new VpcRecord(
                profile, level, packed >> 4, packed >> 1 & 7, (packed & 1) != 0, in.u8(), in.u8(), in.u8());
        in.skip(in.u16());
        return record;
    }
}
