package io.mediatool.core.codec.h265;

import io.mediatool.core.bits.BitReader;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.nal.NalSyntax;
import io.mediatool.core.codec.nal.NalUnits;
import io.mediatool.core.codec.nal.ParameterSet;
import io.mediatool.core.codec.nal.ParameterSets;
import io.mediatool.core.codec.nal.SeiMessages;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** H.265's NAL units: header, slice header and parameter sets. Layers above the base layer pass untouched. */
final class H265Syntax implements NalSyntax {
    private static final int HEAD_BYTES = 24;

    @Override
    public int headerBytes() {
        return H265Nal.HEADER_BYTES;
    }

    @Override
    public int type(byte header) {
        return H265Nal.type(header);
    }

    @Override
    public boolean isDelimiter(int type) {
        return type == H265Nal.DELIMITER;
    }

    @Override
    public boolean sendable(int type) {
        return H265Nal.isUnit(type);
    }

    /** Every IRAP picture counts as a key: decoders of the field start at CRA and BLA as they do at IDR. */
    @Override
    public Role role(byte[] data, int offset, int length) {
        int type = H265Nal.type(data[offset]);
        if (H265Nal.layerId(data[offset], data[offset + 1]) > 0) {
            return Role.TRAILING; // of the base layer's picture
        }
        if (type <= H265Nal.LAST_SLICE) {
            return type >= H265Nal.FIRST_IRAP && type <= H265Nal.LAST_IRAP ? Role.KEY_SLICE : Role.SLICE;
        }
        return switch (type) {
            case H265Nal.VPS, H265Nal.SPS, H265Nal.PPS -> Role.PARAMETER_SET;
            case H265Nal.PREFIX_SEI ->
                SeiMessages.contain(SeiMessages.RECOVERY_POINT, data, offset + 2, length - 2)
                        ? Role.RECOVERY_POINT
                        : Role.OTHER;
            // §7.4.2.4.4: what may stand before the first slice; the rest, and Dolby Vision's metadata, stand behind
            case H265Nal.DELIMITER -> Role.OTHER;
            default -> type >= 41 && type <= 44 || type >= 48 && type <= 55 ? Role.OTHER : Role.TRAILING;
        };
    }

    /**
     * slice_segment_header, §7.3.6.1: first_slice_segment_in_pic_flag, for IRAP no_output_of_prior_pics_flag, then
     * slice_pic_parameter_set_id. The slice type is out of reach without the PPS; only IRAP pictures are known to be intra.
     */
    @Override
    public @Nullable SliceHead sliceHead(byte[] data, int offset, int length) {
        int type = H265Nal.type(data[offset]);
        boolean irap = type >= H265Nal.FIRST_IRAP && type <= H265Nal.LAST_IRAP;
        try {
            BitReader in = reader(data, offset, length);
            boolean first = in.flag();
            in.skip(irap ? 1 : 0);
            return new SliceHead(first, irap, in.ue(63));
        } catch (MalformedException e) {
            return null;
        }
    }

    /** Fields are pictures of their own (§7.4.2.4.5). */
    @Override
    public boolean beginsAccessUnit(SliceHead head, ParameterSets sets) {
        return head.first();
    }

    @Override
    public ParameterSet parameterSet(byte[] nal) throws MalformedException {
        int type = H265Nal.type(nal[0]);
        return switch (type) {
            case H265Nal.VPS ->
                new ParameterSet(type, reader(nal, 0, nal.length).u(4), nal);
            case H265Nal.SPS -> new ParameterSet(type, H265Sps.parse(nal).id(), nal);
            default -> new ParameterSet(type, ppsHead(nal)[0], nal);
        };
    }

    @Override
    public int maxSets(int type) {
        return 64; // as many as there are numbers; hvcC could hold more
    }

    @Override
    public @Nullable DecoderConfig config(ParameterSets sets, int activePps) {
        try {
            return HvcRecord.config(sets, activePps);
        } catch (MalformedException e) {
            return null; // cannot be: every set was read when it came
        }
    }

    @Override
    public List<byte[]> units(DecoderConfig config) throws MalformedException {
        return HvcRecord.parse(config.record()).unitsToSend();
    }

    /** pps_pic_parameter_set_id and pps_seq_parameter_set_id, §7.3.2.3.1. */
    static int[] ppsHead(byte[] nal) throws MalformedException {
        if (nal.length < H265Nal.HEADER_BYTES || H265Nal.type(nal[0]) != H265Nal.PPS) {
            throw new MalformedException("h265: not a pps", 0);
        }
        BitReader in = reader(nal, 0, nal.length);
        return new int[] {in.ue(63), in.ue(15)};
    }

    /** Over the beginning of a NAL unit's payload. */
    private static BitReader reader(byte[] nal, int offset, int length) {
        return new BitReader(NalUnits.unescape(nal, offset + 2, Math.min(length - 2, HEAD_BYTES)));
    }
}
