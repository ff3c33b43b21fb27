package io.mediatool.core.codec.h264;

import io.mediatool.core.bits.ByteReader;
import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.Codec;
import io.mediatool.core.codec.DecoderConfig;
import io.mediatool.core.codec.nal.ParameterSet;
import io.mediatool.core.codec.nal.ParameterSets;
import io.mediatool.core.codec.nal.SequenceSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AVCDecoderConfigurationRecord, ISO/IEC 14496-15 §5.3.3.1.
 *
 * <pre>
 *  version = 1 (8) | profile (8) | compatibility (8) | level (8)
 *  111111 lengthSizeMinusOne (2) | 111 numOfSps (5) | { length (16) sps }* | numOfPps (8) | { length (16) pps }*
 *  high profiles: 111111 chroma_format (2) | 11111 bit_depth_luma-8 (3) | 11111 bit_depth_chroma-8 (3) | numOfSpsExt (8) …
 * </pre>
 *
 * @param bytes the record as stored, with 4-byte lengths
 * @param sps its sequence parameter sets
 * @param pps its picture parameter sets
 */
record AvcRecord(byte[] bytes, List<byte[]> sps, List<byte[]> pps) {
    /** Five bits count the SPS, so 31 of the 32 possible ones fit. */
    static final int MAX_SPS = 31;
    /** Eight bits count the PPS. */
    static final int MAX_PPS = 255;

    /**
     * Reads a record. Sets are not looked into; what follows the PPS is kept as it is, present or not: writers differ there.
     */
    static AvcRecord parse(byte[] record) throws MalformedException {
        ByteReader in = new ByteReader(record);
        if (in.u8() != 1) {
            throw new MalformedException("avcC: version is not 1", 0);
        }
        in.skip(4);
        List<byte[]> sps = readSets(in, in.u8() & 0x1f);
        List<byte[]> pps = readSets(in, in.u8());
        byte[] bytes = record.clone();
        bytes[4] |= 3; // samples reach us with 4-byte lengths, whatever the file had
        return new AvcRecord(bytes, sps, pps);
    }

    /** All sets, in the order in which a decoder wants them. */
    List<byte[]> sets() {
        List<byte[]> all = new ArrayList<>(sps);
        all.addAll(pps);
        return all;
    }

    /** The configuration that these sets make, or null while there is no SPS or no PPS. */
    static @Nullable DecoderConfig config(ParameterSets sets, int activePps) throws MalformedException {
        List<ParameterSet> spsSets = sets.ofType(H264Nal.SPS);
        List<ParameterSet> ppsSets = sets.ofType(H264Nal.PPS);
        if (spsSets.isEmpty() || ppsSets.isEmpty()) {
            return null;
        }
        List<H264Sps> all = SequenceSet.readAll(spsSets, H264Sps::parse);
        ParameterSet pps = activePps < 0 ? null : sets.get(H264Nal.PPS, activePps);
        H264Sps active = pps == null ? all.get(0) : SequenceSet.numbered(H264Syntax.ppsHead(pps.nal())[1], all);
        int depth = SequenceSet.deepestReordering(all);
        return DecoderConfig.video(
                Codec.H264, write(all.get(0), spsSets, ppsSets), active.width(), active.height(), depth);
    }

    private static byte[] write(H264Sps first, List<ParameterSet> sps, List<ParameterSet> pps) {
        ByteWriter out = new ByteWriter(64);
        out.u8(1).u8(first.profileIdc()).u8(first.constraints()).u8(first.levelIdc());
        out.u8(0xfc | 3).u8(0xe0 | sps.size());
        sps.forEach(set -> out.u16(set.nal().length).bytes(set.nal()));
        out.u8(pps.size());
        pps.forEach(set -> out.u16(set.nal().length).bytes(set.nal()));
        if (H264Sps.isHigh(first.profileIdc())) {
            out.u8(0xfc | first.chromaFormat());
            out.u8(0xf8 | (first.bitDepthLuma() - 8)).u8(0xf8 | (first.bitDepthChroma() - 8));
            out.u8(0); // sequence parameter set extensions: those stay in band
        }
        return out.toByteArray();
    }

    private static List<byte[]> readSets(ByteReader in, int count) throws MalformedException {
        List<byte[]> sets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] nal = in.bytes(in.u16());
            if (nal.length > 0) {
                sets.add(nal);
            }
        }
        return sets;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AvcRecord that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "avcC with " + sps.size() + " SPS and " + pps.size() + " PPS";
    }
}
