package io.mediatool.core.codec.h265;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.SequenceSet;
import java.util.Arrays;

/**
 * A sequence parameter set (H.265 §7.3.2.2), as far as containers need it: up to the reordering depth, before the VUI.
 *
 * @param profileTierLevel the 12 bytes of general profile, tier, flags and level, as hvcC repeats them
 * @param temporalLayers sps_max_sub_layers, 1 to 8
 * @param temporalIdNested sps_temporal_id_nesting_flag
 * @param id 0 to 15
 * @param chromaFormat chroma_format_idc, 0 to 3
 * @param bitDepthLuma 8 to 16
 * @param bitDepthChroma likewise
 * @param width in pixels, after cropping
 * @param height likewise
 * @param reorderDepth sps_max_num_reorder_pics of the highest sub-layer, 0 to 15
 */
record H265Sps(
        byte[] profileTierLevel,
        int temporalLayers,
        boolean temporalIdNested,
        int id,
        int chromaFormat,
        int bitDepthLuma,
        int bitDepthChroma,
        int width,
        int height,
        int reorderDepth)
        implements SequenceSet {

    /** No field that is read lies behind that; what a hostile sender appends costs nothing. */
    private static final int MAX_READ_BYTES = 4096;

    private static final int PTL_BYTES = 12;
    private static final int MAX_SIDE = 0xffff;

    /** Reads a NAL unit of type 33. */
    static H265Sps parse(byte[] nal) throws MalformedException {
        if (nal.length < H265Nal.HEADER_BYTES || H265Nal.type(nal[0]) != H265Nal.SPS) {
            throw new MalformedException("h265: not an sps", 0);
        }
        BitReader in = new BitReader(NalUnits.unescape(nal, 2, Math.min(nal.length - 2, MAX_READ_BYTES)));
        in.skip(4); // sps_video_parameter_set_id
        int subLayersMinus1 = in.u(3);
        boolean nested = in.flag();
        byte[] ptl = readProfileTierLevel(in, subLayersMinus1);
        int id = in.ue(15);
        int chromaFormat = in.ue(3);
        boolean separatePlanes = chromaFormat == 3 && in.flag();
        int width = in.ue(MAX_SIDE);
        int height = in.ue(MAX_SIDE);
        if (in.flag()) { // conformance_window, §7.4.3.2.1: in units of chroma samples
            int unitX = !separatePlanes && (chromaFormat == 1 || chromaFormat == 2) ? 2 : 1;
            int unitY = !separatePlanes && chromaFormat == 1 ? 2 : 1;
            width -= unitX * (in.ue(MAX_SIDE) + in.ue(MAX_SIDE));
            height -= unitY * (in.ue(MAX_SIDE) + in.ue(MAX_SIDE));
        }
        if (width <= 0 || height <= 0) {
            throw new MalformedException("h265: picture without area", -1);
        }
        int lumaDepth = 8 + in.ue(8);
        int chromaDepth = 8 + in.ue(8);
        in.ue(12); // log2_max_pic_order_cnt_lsb_minus4
        int reorder = 0;
        for (int layer = in.flag() ? 0 : subLayersMinus1; layer <= subLayersMinus1; layer++) {
            in.ue(15); // sps_max_dec_pic_buffering_minus1
            reorder = in.ue(15);
            in.ue(); // sps_max_latency_increase_plus1
        }
        return new H265Sps(
                ptl, subLayersMinus1 + 1, nested, id, chromaFormat, lumaDepth, chromaDepth, width, height, reorder);
    }

    /** profile_tier_level, §7.3.3: the general part, then flags and parts of the sub-layers. */
    private static byte[] readProfileTierLevel(BitReader in, int subLayersMinus1) throws MalformedException {
        byte[] general = new byte[PTL_BYTES];
        for (int i = 0; i < PTL_BYTES; i++) {
            general[i] = (byte) in.u(8);
        }
        if (subLayersMinus1 > 0) {
            long partBits = 0;
            for (int layer = 0; layer < 8; layer++) {
                int present = in.u(2); // of profile, of level; reserved from subLayersMinus1 on
                if (layer < subLayersMinus1) {
                    partBits += ((present & 2) != 0 ? 88 : 0) + ((present & 1) != 0 ? 8 : 0);
                }
            }
            in.skip(partBits);
        }
        return general;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof H265Sps that
                && Arrays.equals(profileTierLevel, that.profileTierLevel)
                && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(profileTierLevel);
    }

    @Override
    public String toString() {
        return "sps " + id + " " + width + "x" + height + " chroma " + chromaFormat + " bits " + bitDepthLuma + "/"
                + bitDepthChroma + " layers " + temporalLayers + (temporalIdNested ? " nested" : "") + " reorder "
                + reorderDepth;
    }
}
