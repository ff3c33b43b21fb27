package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import io.mediatool.core.codec.DecoderConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a codec tells of its NAL units, so that access units can be put together without knowing which codec it is. Stateless. */
public interface NalSyntax {

    /** What a NAL unit means for its access unit. */
    enum Role {
        /** Coded picture data. */
        SLICE,
        /** Coded picture data of a picture at which decoding can always start (IDR; H.265: every IRAP). */
        KEY_SLICE,
        /** VPS, SPS or PPS. */
        PARAMETER_SET,
        /** An SEI message by which a decoder that starts here will have a right picture soon. */
        RECOVERY_POINT,
        /** What belongs to the picture before it: end of sequence, filler, suffix SEI, metadata of the application. */
        TRAILING,
        /** Anything else: delimiters, other SEI. */
        OTHER
    }

    /**
     * The beginning of a slice header.
     *
     * @param first whether it is the first of its picture
     * @param intra whether it refers to no other picture
     * @param ppsId which picture parameter set it uses
     */
    record SliceHead(boolean first, boolean intra, int ppsId) {}

    /** Bytes of the NAL unit header: 1 in H.264, 2 in H.265. */
    int headerBytes();

    /** The NAL unit type in the first header byte. */
    int type(byte header);

    /** Whether it is the access unit delimiter, which nothing may precede in its access unit. */
    boolean isDelimiter(int type);

    /** Whether the RTP payload format can carry this type; the others' numbers are taken by its own packet types. */
    boolean sendable(int type);

    /** Role of a NAL unit of at least {@link #headerBytes()} bytes. */
    Role role(byte[] data, int offset, int length);

    /** The beginning of a slice header, or null when it cannot be read. */
    @Nullable SliceHead sliceHead(byte[] data, int offset, int length);

    /**
     * Whether a slice begins an access unit although one with slices is under way.
     *
     * @param sets those in force
     */
    boolean beginsAccessUnit(SliceHead head, ParameterSets sets);

    /**
     * Reads a parameter set far enough to know that it is one.
     *
     * @param nal the whole NAL unit; kept by the result
     */
    ParameterSet parameterSet(byte[] nal) throws MalformedException;

    /** How many sets of a family the configuration record can hold. */
    int maxSets(int type);

    /**
     * The configuration that these sets make, or null while one is missing.
     *
     * @param activePps the picture parameter set in use, by which the active SPS gives the picture size; -1 if unknown
     */
    @Nullable DecoderConfig config(ParameterSets sets, int activePps);

    /** The NAL units of a configuration record, in the order in which they are to be sent before a key frame. */
    List<byte[]> units(DecoderConfig config) throws MalformedException;
}
