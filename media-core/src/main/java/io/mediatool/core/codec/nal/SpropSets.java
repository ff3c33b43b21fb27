package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Parameter sets as {@code a=fmtp} gives them: base64, separated by commas (RFC 6184 §8.1, RFC 7798 §7.1). Cameras print
 * them with missing padding, with Annex B start codes inside, with empty entries and with things that are no sets at all.
 */
public final class SpropSets {
    /** More text than that is not decoded. */
    private static final int MAX_CHARS = 256 << 10;

    /** Sets of more bytes than that, all together, are left to come in band: not every reader takes lines so long. */
    private static final int MAX_ANNOUNCED_BYTES = 4096;

    private SpropSets() {}

    /** The NAL units in a value; those that are not base64 are left out. */
    public static List<byte[]> decode(String value) {
        List<byte[]> units = new ArrayList<>();
        if (value.length() > MAX_CHARS) {
            return units;
        }
        for (String part : value.split(",", NalUnits.MAX_PER_SAMPLE)) {
            byte[] unit;
            try {
                // The MIME decoder passes over quotes and blanks.
                unit = Base64.getMimeDecoder().decode(part);
            } catch (IllegalArgumentException e) {
                continue;
            }
            if (NalUnits.atStartCode(unit, 0, unit.length)) {
                splitAnnexB(unit, units);
            } else if (unit.length > 0) {
                units.add(unit);
            }
        }
        return units;
    }

    /** The value for these NAL units. */
    public static String encode(List<byte[]> units) {
        List<String> parts = new ArrayList<>();
        units.forEach(unit -> parts.add(Base64.getEncoder().encodeToString(unit)));
        return String.join(",", parts);
    }

    /** Whether sets of these sizes should be announced at all. */
    public static boolean announceable(List<byte[]> units) {
        return units.stream().mapToInt(unit -> unit.length).sum() <= MAX_ANNOUNCED_BYTES;
    }

    /** Puts every unit that is a parameter set in force; the others are passed over. */
    public static void putAll(List<byte[]> units, NalSyntax syntax, ParameterSets sets) {
        for (byte[] unit : units) {
            boolean isSet = unit.length > syntax.headerBytes()
                    && syntax.role(unit, 0, unit.length) == NalSyntax.Role.PARAMETER_SET;
            if (isSet) {
                try {
                    ParameterSet set = syntax.parameterSet(unit);
                    sets.put(set, syntax.maxSets(set.type()));
                } catch (MalformedException e) {
                    // A set that cannot be read is none; the stream will bring its own.
                }
            }
        }
    }

    private static void splitAnnexB(byte[] stream, List<byte[]> units) {
        try {
            NalUnits.forEachAnnexB(
                    stream,
                    0,
                    stream.length,
                    (data, offset, length) -> units.add(Arrays.copyOfRange(data, offset, offset + length)));
        } catch (MalformedException e) {
            throw new AssertionError("Annex B has no malformed streams", e);
        }
    }
}
