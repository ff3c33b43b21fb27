package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;

/** The way through the video usability information (H.264 §E.1.1) to its last part, the bitstream restriction. */
final class H264Vui {
    private static final int EXTENDED_SAR = 255;

    private H264Vui() {}

    /**
     * max_num_reorder_frames, or {@code fallback} where the set does not say. A VUI that breaks off or makes no sense counts
     * as silent: encoders exist that write it wrong, and decoders do not need it.
     *
     * @param in at vui_parameters_present_flag
     */
    static int reorderDepth(BitReader in, int fallback) {
        try {
            return in.flag() ? read(in, fallback) : fallback;
        } catch (MalformedException e) {
            return fallback;
        }
    }

    private static int read(BitReader in, int fallback) throws MalformedException {
        if (in.flag() && in.u(8) == EXTENDED_SAR) {
            in.skip(32);
        }
        if (in.flag()) {
            in.skip(1); // overscan_appropriate_flag
        }
        if (in.flag()) { // video_signal_type
            in.skip(4);
            if (in.flag()) {
                in.skip(24); // colour description
            }
        }
        if (in.flag()) { // chroma location
            in.ue();
            in.ue();
        }
        if (in.flag()) {
            in.skip(65); // num_units_in_tick, time_scale, fixed_frame_rate_flag
        }
        boolean nalHrd = in.flag();
        if (nalHrd) {
            skipHrd(in);
        }
        boolean vclHrd = in.flag();
        if (vclHrd) {
            skipHrd(in);
        }
        if (nalHrd || vclHrd) {
            in.skip(1); // low_delay_hrd_flag
        }
        in.skip(1); // pic_struct_present_flag
        if (!in.flag()) { // bitstream_restriction_flag
            return fallback;
        }
        in.skip(1); // motion_vectors_over_pic_boundaries_flag
        for (int i = 0; i < 4; i++) {
            in.ue(); // max bytes, max bits, log2 motion vector lengths
        }
        return in.ue(16);
    }

    /** hrd_parameters, §E.1.2. */
    private static void skipHrd(BitReader in) throws MalformedException {
        int schedules = in.ue(31) + 1;
        in.skip(8); // bit_rate_scale, cpb_size_scale
        for (int i = 0; i < schedules; i++) {
            in.ue();
            in.ue();
            in.skip(1);
        }
        in.skip(20); // four lengths of 5 bits
    }
}
