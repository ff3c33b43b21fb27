package io.mediatool.core.codec.h264;

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

/** H.264's NAL units: header, slice header and parameter sets. */
final class H264Syntax implements NalSyntax {
    private static final int SLICE_HEAD_BYTES = 24;

    @Override
    public int headerBytes() {
        return 1;
    }

    @Override
    public int type(byte header) {
        return H264Nal.type(header);
    }

    @Override
    public boolean isDelimiter(int type) {
        return type == H264Nal.DELIMITER;
    }

    @Override
    public boolean sendable(int type) {
        return type > 0 && type <= H264Nal.LAST_SINGLE;
    }

    @Override
    public Role role(byte[] data, int offset, int length) {
        return switch (H264Nal.type(data[offset])) {
            case H264Nal.SLICE, H264Nal.PARTITION_A, H264Nal.PARTITION_B, H264Nal.PARTITION_C -> Role.SLICE;
            case H264Nal.IDR -> Role.KEY_SLICE;
            case H264Nal.SPS, H264Nal.PPS -> Role.PARAMETER_SET;
            case H264Nal.SEI ->
                SeiMessages.contain(SeiMessages.RECOVERY_POINT, data, offset + 1, length - 1)
                        ? Role.RECOVERY_POINT
                        : Role.OTHER;
            case H264Nal.END_OF_SEQUENCE, H264Nal.END_OF_STREAM, H264Nal.FILLER -> Role.TRAILING;
            default -> Role.OTHER;
        };
    }

    /** slice_header, §7.3.3: first_mb_in_slice ue, slice_type ue, pic_parameter_set_id ue. */
    @Override
    public @Nullable SliceHead sliceHead(byte[] data, int offset, int length) {
        int type = H264Nal.type(data[offset]);
        if (type == H264Nal.PARTITION_B || type == H264Nal.PARTITION_C) {
            return null;
        }
        byte[] head = NalUnits.unescape(data, offset + 1, Math.min(length - 1, SLICE_HEAD_BYTES));
        try {
            BitReader in = new BitReader(head);
            boolean first = in.ue() == 0;
            int sliceType = in.ue(9) % 5;
            return new SliceHead(first, sliceType == 2 || sliceType == 4, in.ue(255));
        } catch (MalformedException e) {
            return null;
        }
    }

    /**
     * A slice of the first macroblock begins another primary coded picture (§7.4.1.2.4), except where pictures may be fields:
     * there it may be the second field of the same frame.
     */
    @Override
    public boolean beginsAccessUnit(SliceHead head, ParameterSets sets) {
        ParameterSet pps = head.first() ? sets.get(H264Nal.PPS, head.ppsId()) : null;
        try {
            ParameterSet sps = pps == null ? null : sets.get(H264Nal.SPS, ppsHead(pps.nal())[1]);
            return head.first() && (sps == null || H264Sps.parse(sps.nal()).framesOnly());
        } catch (MalformedException e) {
            return true; // cannot be: every set was read when it came
        }
    }

    @Override
    public ParameterSet parameterSet(byte[] nal) throws MalformedException {
        int type = H264Nal.type(nal[0]);
        return type == H264Nal.SPS
                ? new ParameterSet(type, H264Sps.parse(nal).id(), nal)
                : new ParameterSet(type, ppsHead(nal)[0], nal);
    }

    @Override
    public int maxSets(int type) {
        return type == H264Nal.SPS ? AvcRecord.MAX_SPS : AvcRecord.MAX_PPS;
    }

    @Override
    public @Nullable DecoderConfig config(ParameterSets sets, int activePps) {
        try {
            return AvcRecord.config(sets, activePps);
        } catch (MalformedException e) {
            return null; // cannot be: every set was read when it came
        }
    }

    @Override
    public List<byte[]> units(DecoderConfig config) throws MalformedException {
        return AvcRecord.parse(config.record()).sets();
    }

    /** pic_parameter_set_id and seq_parameter_set_id of a PPS, §7.3.2.2. */
    static int[] ppsHead(byte[] nal) throws MalformedException {
        if (nal.length < 2 || H264Nal.type(nal[0]) != H264Nal.PPS) {
            throw new MalformedException("h264: not a pps", 0);
        }
        BitReader in = new BitReader(NalUnits.unescape(nal, 1, Math.min(nal.length - 1, SLICE_HEAD_BYTES)));
        return new int[] {in.ue(255), in.ue(31)};
    }
}
