package io.mediatool.core.codec.h265;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.nal.ParameterSet;
import io.mediatool.core.codec.nal.ParameterSets;
import io.mediatool.core.codec.nal.SeiMessages;
import io.mediatool.core.codec.nal.SequenceSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 §8.3.3.1.
 *
 * <pre>
 *  version = 1 (8) | general profile, tier, flags, level as in the SPS (96)
 *  1111 min_spatial_segmentation_idc (12) | 111111 parallelismType (2)
 *  111111 chroma_format (2) | 11111 bit_depth_luma-8 (3) | 11111 bit_depth_chroma-8 (3)
 *  avgFrameRate (16) | constantFrameRate (2) numTemporalLayers (3) temporalIdNested (1) lengthSizeMinusOne (2)
 *  numOfArrays (8) | { array_completeness (1) 0 type (6) | numNalus (16) | { length (16) nal }* }*
 * </pre>
 *
 * @param bytes the record as stored, with 4-byte lengths
 * @param units its NAL units, in stored order
 */
record HvcRecord(byte[] bytes, List<byte[]> units) {
    private static final int LENGTH_SIZE_AT = 21;
    private static final int[] FAMILIES = {H265Nal.VPS, H265Nal.SPS, H265Nal.PPS};

    /** Reads a record. NAL units are not looked into; those without a whole header are left out. */
    static HvcRecord parse(byte[] record) throws MalformedException {
        ByteReader in = new ByteReader(record);
        if (in.u8() != 1) {
            throw new MalformedException("hvcC: version is not 1", 0);
        }
        in.skip(LENGTH_SIZE_AT);
        List<byte[]> units = new ArrayList<>();
        for (int arrays = in.u8(); arrays > 0; arrays--) {
            in.skip(1);
            for (int left = in.u16(); left > 0; left--) {
                byte[] nal = in.bytes(in.u16());
                if (nal.length >= H265Nal.HEADER_BYTES) {
                    units.add(nal);
                }
            }
        }
        byte[] bytes = record.clone();
        bytes[LENGTH_SIZE_AT] |= 3; // samples reach us with 4-byte lengths, whatever the file had
        return new HvcRecord(bytes, units);
    }

    /** The NAL units of one type. */
    List<byte[]> ofType(int type) {
        return units.stream().filter(nal -> H265Nal.type(nal[0]) == type).toList();
    }

    /**
     * What to send before a key frame: the sets, then the declared SEI (colour volume of HDR). Not the user data that x265
     * declares, two thousand bytes of its options.
     */
    List<byte[]> unitsToSend() {
        List<byte[]> all = new ArrayList<>();
        for (int family : FAMILIES) {
            all.addAll(ofType(family));
        }
        for (byte[] sei : ofType(H265Nal.PREFIX_SEI)) {
            if (!SeiMessages.contain(SeiMessages.USER_DATA_UNREGISTERED, sei, 2, sei.length - 2)) {
                all.add(sei);
            }
        }
        return all;
    }

    /** The configuration that these sets make, or null while there is no SPS or no PPS. A missing VPS decoders forgive. */
    static @Nullable DecoderConfig config(ParameterSets sets, int activePps) throws MalformedException {
        List<ParameterSet> spsSets = sets.ofType(H265Nal.SPS);
        if (spsSets.isEmpty() || sets.ofType(H265Nal.PPS).isEmpty()) {
            return null;
        }
        List<H265Sps> all = SequenceSet.readAll(spsSets, H265Sps::parse);
        ParameterSet pps = activePps < 0 ? null : sets.get(H265Nal.PPS, activePps);
        H265Sps active = pps == null ? all.get(0) : SequenceSet.numbered(H265Syntax.ppsHead(pps.nal())[1], all);
        int depth = SequenceSet.deepestReordering(all);
        return DecoderConfig.video(Codec.H265, write(all.get(0), sets), active.width(), active.height(), depth);
    }

    private static byte[] write(H265Sps sps, ParameterSets sets) {
        ByteWriter out = new ByteWriter(128);
        out.u8(1).bytes(sps.profileTierLevel());
        out.u16(0xf000); // min_spatial_segmentation_idc 0: nothing promised
        out.u8(0xfc); // parallelismType 0: unknown
        out.u8(0xfc | sps.chromaFormat());
        out.u8(0xf8 | (sps.bitDepthLuma() - 8) & 7).u8(0xf8 | (sps.bitDepthChroma() - 8) & 7);
        out.u16(0); // avgFrameRate unspecified
        out.u8((sps.temporalLayers() & 7) << 3 | (sps.temporalIdNested() ? 4 : 0) | 3);
        int arrays = 0;
        for (int family : FAMILIES) {
            arrays += sets.ofType(family).isEmpty() ? 0 : 1;
        }
        out.u8(arrays);
        for (int family : FAMILIES) {
            List<ParameterSet> members = sets.ofType(family);
            if (!members.isEmpty()) {
                out.u8(0x80 | family).u16(members.size()); // complete: hvc1 has them nowhere else
                members.forEach(set -> out.u16(set.nal().length).bytes(set.nal()));
            }
        }
        return out.toByteArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HvcRecord that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "hvcC with " + units.size() + " NAL units";
    }
}
