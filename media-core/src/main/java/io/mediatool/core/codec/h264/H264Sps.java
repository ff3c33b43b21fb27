package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.SequenceSet;

/**
 * A sequence parameter set (H.264 §7.3.2.1.1), as far as containers need it.
 *
 * @param profileIdc profile_idc
 * @param constraints the eight constraint flags, set0 highest
 * @param levelIdc level_idc, ten times the level
 * @param id 0 to 31
 * @param chromaFormat chroma_format_idc, 0 to 3
 * @param bitDepthLuma 8 to 14
 * @param bitDepthChroma likewise
 * @param width in pixels, after cropping
 * @param height likewise
 * @param framesOnly whether there are no field pictures
 * @param reorderDepth how many frames may precede one in decoding order and follow it in output order, 0 to 16
 */
record H264Sps(
        int profileIdc,
        int constraints,
        int levelIdc,
        int id,
        int chromaFormat,
        int bitDepthLuma,
        int bitDepthChroma,
        int width,
        int height,
        boolean framesOnly,
        int reorderDepth)
        implements SequenceSet {

    /** No field that is read lies behind that; what a hostile sender appends costs nothing. */
    private static final int MAX_READ_BYTES = 4096;

    private static final int MAX_MACROBLOCKS_A_SIDE = 1024;

    /** Whether sets of this profile carry chroma format and bit depths (§7.3.2.1.1). */
    static boolean isHigh(int profileIdc) {
        return switch (profileIdc) {
            case 44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244 -> true;
            default -> false;
        };
    }

    /** Reads a NAL unit of type 7. */
    static H264Sps parse(byte[] nal) throws MalformedException {
        if (nal.length < 4 || H264Nal.type(nal[0]) != H264Nal.SPS) {
            throw new MalformedException("h264: not an sps", 0);
        }
        BitReader in = new BitReader(NalUnits.unescape(nal, 1, Math.min(nal.length - 1, MAX_READ_BYTES)));
        int profile = in.u(8);
        int constraints = in.u(8);
        int level = in.u(8);
        int id = in.ue(31);
        int chromaFormat = 1;
        int lumaDepth = 8;
        int chromaDepth = 8;
        boolean separatePlanes = false;
        if (isHigh(profile)) {
            chromaFormat = in.ue(3);
            separatePlanes = chromaFormat == 3 && in.flag();
            lumaDepth = 8 + in.ue(6);
            chromaDepth = 8 + in.ue(6);
            in.skip(1); // qpprime_y_zero_transform_bypass_flag
            skipScalingMatrix(in, chromaFormat);
        }
        in.ue(12); // log2_max_frame_num_minus4
        int pocType = in.ue(2);
        skipPictureOrderCount(in, pocType);
        in.ue(16); // max_num_ref_frames
        in.skip(1); // gaps_in_frame_num_value_allowed_flag
        int widthMbs = in.ue(MAX_MACROBLOCKS_A_SIDE - 1) + 1;
        int heightUnits = in.ue(MAX_MACROBLOCKS_A_SIDE - 1) + 1;
        boolean framesOnly = in.flag();
        int heightMbs = framesOnly ? heightUnits : 2 * heightUnits;
        if (!framesOnly) {
            in.skip(1); // mb_adaptive_frame_field_flag
        }
        in.skip(1); // direct_8x8_inference_flag
        int[] size = crop(in, widthMbs * 16, heightMbs * 16, separatePlanes ? 0 : chromaFormat, framesOnly);
        int bound = reorderBound(profile, constraints, level, pocType, widthMbs * heightMbs);
        int reorder = H264Vui.reorderDepth(in, bound);
        return new H264Sps(
                profile,
                constraints,
                level,
                id,
                chromaFormat,
                lumaDepth,
                chromaDepth,
                size[0],
                size[1],
                framesOnly,
                reorder);
    }

    /** What may be reordered when the stream does not say: the defaults of max_num_reorder_frames in §E.2.1. */
    static int reorderBound(int profile, int constraints, int level, int pocType, int macroblocks) {
        boolean intraOnly = (constraints & 0x10) != 0 && isHigh(profile) || profile == 44;
        // Baseline has no B slices; nothing that encodes it shows pictures out of decoding order.
        if (profile == 66 || intraOnly || pocType == 2) {
            return 0;
        }
        return Math.min(16, maxDpbMacroblocks(profile, constraints, level) / Math.max(1, macroblocks));
    }

    /** MaxDpbMbs of table A-1. An unknown level counts as the highest. */
    private static int maxDpbMacroblocks(int profile, int constraints, int level) {
        if (level == 11 && (constraints & 0x10) != 0 && !isHigh(profile)) {
            return 396; // level 1b
        }
        return switch (level) {
            case 9, 10 -> 396;
            case 11 -> 900;
            case 12, 13, 20 -> 2376;
            case 21 -> 4752;
            case 22, 30 -> 8100;
            case 31 -> 18_000;
            case 32 -> 20_480;
            case 40, 41 -> 32_768;
            case 42 -> 34_816;
            case 50 -> 110_400;
            case 51, 52 -> 184_320;
            default -> 696_320;
        };
    }

    private static void skipScalingMatrix(BitReader in, int chromaFormat) throws MalformedException {
        if (!in.flag()) {
            return;
        }
        int lists = chromaFormat == 3 ? 12 : 8;
        for (int list = 0; list < lists; list++) {
            if (in.flag()) {
                skipScalingList(in, list < 6 ? 16 : 64);
            }
        }
    }

    /** §7.3.2.1.1.1. */
    private static void skipScalingList(BitReader in, int size) throws MalformedException {
        int last = 8;
        for (int i = 0; i < size; i++) {
            int next = (int) (last + in.se() & 0xff);
            if (next == 0) {
                return; // the rest repeats the last scale
            }
            last = next;
        }
    }

    private static void skipPictureOrderCount(BitReader in, int pocType) throws MalformedException {
        if (pocType == 0) {
            in.ue(12); // log2_max_pic_order_cnt_lsb_minus4
        } else if (pocType == 1) {
            in.skip(1); // delta_pic_order_always_zero_flag
            in.se();
            in.se();
            for (int left = in.ue(255); left > 0; left--) {
                in.se();
            }
        }
    }

    /** frame_cropping: offsets in units of chroma samples, and of two rows when fields are possible (§7.4.2.1.1). */
    private static int[] crop(BitReader in, int width, int height, int chromaArrayType, boolean framesOnly)
            throws MalformedException {
        int[] size = {width, height};
        if (in.flag()) {
            int unitX = chromaArrayType == 1 || chromaArrayType == 2 ? 2 : 1;
            int unitY = (chromaArrayType == 1 ? 2 : 1) * (framesOnly ? 1 : 2);
            long columns = in.ue() + in.ue();
            long rows = in.ue() + in.ue();
            if (columns * unitX >= width || rows * unitY >= height) {
                throw new MalformedException("h264: cropped to nothing", -1);
            }
            size[0] -= (int) columns * unitX;
            size[1] -= (int) rows * unitY;
        }
        return size;
    }
}
