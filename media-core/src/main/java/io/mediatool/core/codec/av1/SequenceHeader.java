package io.mediatool.core.codec.av1;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;

/**
 * What MP4 and SDP ask of a sequence header, AV1 specification §5.5.
 *
 * @param profile seq_profile, 0 to 2
 * @param level seq_level_idx of the first operating point
 * @param tier 0 main, 1 high
 * @param reducedStillPicture frames then have no frame type: all are key frames
 * @param width maximum frame width
 * @param height likewise
 * @param color bit depth and chroma
 */
record SequenceHeader(
        int profile, int level, int tier, boolean reducedStillPicture, int width, int height, Color color) {

    private static final int SELECT_SCREEN_CONTENT_TOOLS = 2;

    /** color_config(), §5.5.2. */
    record Color(int bitDepth, boolean mono, int subsamplingX, int subsamplingY, int samplePosition) {}

    static SequenceHeader parse(byte[] data, int offset, int length) throws MalformedException {
        BitReader in = new BitReader(data, offset, length);
        int profile = in.u(3);
        if (profile > 2) {
            throw new MalformedException("av1: reserved profile", 0);
        }
        in.skip(1); // still_picture
        boolean reduced = in.flag();
        int[] levelAndTier = reduced ? new int[] {in.u(5), 0} : operatingPoints(in);
        int widthBits = in.u(4) + 1;
        int heightBits = in.u(4) + 1;
        int width = in.u(widthBits) + 1;
        int height = in.u(heightBits) + 1;
        if (!reduced && in.flag()) { // frame_id_numbers_present_flag
            in.skip(4 + 3);
        }
        in.skip(3); // 128×128 superblocks, filter intra, intra edge filter
        if (!reduced) {
            skipTools(in);
        }
        in.skip(3); // superres, cdef, restoration
        return new SequenceHeader(
                profile, levelAndTier[0], levelAndTier[1], reduced, width, height, color(in, profile));
    }

    /** timing_info() to the operating points; answers level and tier of the first. */
    private static int[] operatingPoints(BitReader in) throws MalformedException {
        boolean decoderModel = false;
        int delayBits = 0;
        if (in.flag()) { // timing_info_present_flag
            in.skip(64);
            if (in.flag()) { // equal_picture_interval: uvlc() of §4.10.3 is ue(v) with another name
                in.ue();
            }
            decoderModel = in.flag();
            if (decoderModel) {
                delayBits = in.u(5) + 1;
                in.skip(32 + 5 + 5);
            }
        }
        boolean displayDelay = in.flag();
        int points = in.u(5) + 1;
        int[] first = new int[2];
        for (int point = 0; point < points; point++) {
            in.skip(12);
            int level = in.u(5);
            int tier = level > 7 ? in.u(1) : 0;
            if (decoderModel && in.flag()) {
                in.skip(2L * delayBits + 1);
            }
            if (displayDelay && in.flag()) {
                in.skip(4);
            }
            if (point == 0) {
                first[0] = level;
                first[1] = tier;
            }
        }
        return first;
    }

    private static void skipTools(BitReader in) throws MalformedException {
        in.skip(4); // interintra, masked compound, warped motion, dual filter
        boolean orderHint = in.flag();
        if (orderHint) {
            in.skip(2); // jnt comp, ref frame mvs
        }
        int screenContent = in.flag() ? SELECT_SCREEN_CONTENT_TOOLS : in.u(1);
        if (screenContent > 0 && !in.flag()) { // seq_choose_integer_mv
            in.skip(1);
        }
        if (orderHint) {
            in.skip(3);
        }
    }

    private static Color color(BitReader in, int profile) throws MalformedException {
        boolean high = in.flag();
        int bitDepth = !high ? 8 : profile == 2 && in.flag() ? 12 : 10;
        boolean mono = profile != 1 && in.flag();
        boolean described = in.flag();
        int primaries = described ? in.u(8) : 2;
        int transfer = described ? in.u(8) : 2;
        int matrix = described ? in.u(8) : 2;
        if (mono) {
            in.skip(1);
            return new Color(bitDepth, true, 1, 1, 0);
        }
        if (primaries == 1 && transfer == 13 && matrix == 0) { // sRGB: always 4:4:4
            return new Color(bitDepth, false, 0, 0, 0);
        }
        in.skip(1); // color_range
        int x = profile == 1 ? 0 : 1;
        int y = profile == 0 ? 1 : 0;
        if (profile == 2 && bitDepth == 12) {
            x = in.u(1);
            y = x == 1 ? in.u(1) : 0;
        }
        int position = x == 1 && y == 1 ? in.u(2) : 0;
        return new Color(bitDepth, false, x, y, position);
    }
}
