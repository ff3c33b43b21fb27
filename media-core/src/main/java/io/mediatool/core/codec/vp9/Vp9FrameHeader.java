package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.VpcRecord;

/**
 * The start of a VP9 frame: {@code uncompressed_header()} of the VP9 bitstream specification §6.2, as far as MP4 asks.
 *
 * @param profile 0 to 3
 * @param showExisting the frame only shows an earlier one again; all that follows is then unset
 * @param keyFrame decoding can start here
 * @param shown false for alternate reference frames
 * @param bitDepth key frames: 8, 10 or 12, else 0
 * @param chroma key frames: as {@link VpcRecord#chroma()}
 * @param fullRange key frames: sample range
 * @param matrix key frames: matrix coefficients of ISO/IEC 23001-8
 * @param width coded size, or 0 when the frame takes over the size of a reference
 * @param height likewise
 */
record Vp9FrameHeader(
        int profile,
        boolean showExisting,
        boolean keyFrame,
        boolean shown,
        int bitDepth,
        int chroma,
        boolean fullRange,
        int matrix,
        int width,
        int height) {

    // color_space 0 to 7 → MatrixCoefficients: unknown, BT.601, BT.709, SMPTE 170M, SMPTE 240M, BT.2020, reserved, RGB
    private static final int[] MATRIX = {2, 5, 1, 6, 7, 9, 2, 0};
    private static final int RGB = 7;

    static Vp9FrameHeader parse(byte[] data, int offset, int length) throws MalformedException {
        BitReader in = new BitReader(data, offset, length);
        if (in.u(2) != 2) {
            throw new MalformedException("vp9: no frame marker", 0);
        }
        int profile = in.u(1) | in.u(1) << 1;
        if (profile == 3 && in.flag()) {
            throw new MalformedException("vp9: reserved profile", 0);
        }
        if (in.flag()) {
            return new Vp9FrameHeader(profile, true, false, true, 0, 0, false, 0, 0, 0);
        }
        boolean keyFrame = !in.flag();
        boolean shown = in.flag();
        boolean errorResilient = in.flag();
        return keyFrame ? key(in, profile, shown) : inter(in, profile, shown, errorResilient);
    }

    private static Vp9FrameHeader key(BitReader in, int profile, boolean shown) throws MalformedException {
        syncCode(in);
        int bitDepth = profile < 2 ? 8 : in.flag() ? 12 : 10;
        int space = in.u(3);
        boolean fullRange = space == RGB || in.flag();
        boolean odd = (profile & 1) != 0;
        if (space == RGB && !odd) {
            throw new MalformedException("vp9: RGB needs profile 1 or 3", 4);
        }
        int chroma = space == RGB ? 3 : 1;
        if (odd) {
            if (space != RGB) {
                boolean halfWidth = in.flag();
                boolean halfHeight = in.flag();
                // vpcC knows no 4:4:0, which then passes for 4:2:2: also half the chroma samples
                chroma = halfWidth || halfHeight ? 2 : 3;
            }
            in.skip(1);
        }
        int width = in.u(16) + 1;
        int height = in.u(16) + 1;
        return new Vp9FrameHeader(
                profile, false, true, shown, bitDepth, chroma, fullRange, MATRIX[space], width, height);
    }

    private static Vp9FrameHeader inter(BitReader in, int profile, boolean shown, boolean errorResilient)
            throws MalformedException {
        boolean intraOnly = !shown && in.flag();
        in.skip(errorResilient ? 0 : 2); // reset_frame_context
        if (intraOnly) {
            syncCode(in);
            if (profile > 0) {
                return unsized(profile, shown);
            }
            in.skip(8); // refresh_frame_flags
            return sized(in, profile, shown);
        }
        in.skip(8 + 3 * 4); // refresh_frame_flags; three times ref_frame_idx and sign_bias
        for (int reference = 0; reference < 3; reference++) {
            if (in.flag()) { // found_ref: the size of that reference
                return unsized(profile, shown);
            }
        }
        return sized(in, profile, shown);
    }

    private static Vp9FrameHeader sized(BitReader in, int profile, boolean shown) throws MalformedException {
        int width = in.u(16) + 1;
        int height = in.u(16) + 1;
        return new Vp9FrameHeader(profile, false, false, shown, 0, 0, false, 0, width, height);
    }

    private static Vp9FrameHeader unsized(int profile, boolean shown) {
        return new Vp9FrameHeader(profile, false, false, shown, 0, 0, false, 0, 0, 0);
    }

    private static void syncCode(BitReader in) throws MalformedException {
        if (in.u(24) != 0x498342) {
            throw new MalformedException("vp9: no sync code", 1);
        }
    }
}
