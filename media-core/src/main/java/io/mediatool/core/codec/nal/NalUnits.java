package io.mediatool.core.codec.nal;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The two ways to write NAL units one after the other: each after its length (ISO/IEC 14496-15, here always 4 bytes), and
 * after start codes (H.264 and H.265 Annex B). And the way into a NAL unit: without emulation prevention.
 */
public final class NalUnits {
    /** Bytes of the length before each NAL unit of a sample. */
    public static final int LENGTH_BYTES = 4;

    /** The most NAL units that one access unit may have here. */
    public static final int MAX_PER_SAMPLE = 4096;

    private NalUnits() {}

    /** Takes NAL units, header byte first. */
    @FunctionalInterface
    public interface Visitor {
        /** One NAL unit, borrowed until return. */
        void onNal(byte[] data, int offset, int length) throws MalformedException;
    }

    /**
     * Visits the NAL units of a length-prefixed sample. Empty ones are passed over.
     *
     * @throws MalformedException when the lengths do not add up to the sample, or from the visitor
     */
    public static void forEach(byte[] sample, Visitor visitor) throws MalformedException {
        int count = 0;
        for (int at = 0; at < sample.length; ) {
            if (sample.length - at < LENGTH_BYTES) {
                throw new MalformedException("nal: truncated length", at);
            }
            int length = (sample[at] & 0xff) << 24
                    | (sample[at + 1] & 0xff) << 16
                    | (sample[at + 2] & 0xff) << 8
                    | (sample[at + 3] & 0xff);
            at += LENGTH_BYTES;
            if (length < 0 || length > sample.length - at) {
                throw new MalformedException("nal: length exceeds sample", at - LENGTH_BYTES);
            }
            if (length > 0) {
                if (++count > MAX_PER_SAMPLE) {
                    throw new MalformedException("nal: too many in a sample", at);
                }
                visitor.onNal(sample, at, length);
            }
            at += length;
        }
    }

    /** Copies of the NAL units of a length-prefixed sample. */
    public static List<byte[]> split(byte[] sample) throws MalformedException {
        List<byte[]> units = new ArrayList<>();
        forEach(sample, (data, offset, length) -> units.add(Arrays.copyOfRange(data, offset, offset + length)));
        return units;
    }

    /** A length-prefixed sample of these NAL units. */
    public static byte[] join(List<byte[]> units) {
        ByteWriter out = new ByteWriter(1024);
        units.forEach(unit -> out.u32(unit.length).bytes(unit));
        return out.toByteArray();
    }

    /** Whether an Annex B start code (00 00 01 or 00 00 00 01) stands here. No NAL unit begins so. */
    public static boolean atStartCode(byte[] data, int offset, int length) {
        return length >= 4
                && data[offset] == 0
                && data[offset + 1] == 0
                && (data[offset + 2] == 1 || data[offset + 2] == 0 && data[offset + 3] == 1);
    }

    /**
     * Visits the NAL units of an Annex B byte stream. What comes before the first start code, the zero bytes before start
     * codes and those at the end (trailing_zero_8bits) are no part of any.
     */
    public static void forEachAnnexB(byte[] data, int offset, int length, Visitor visitor) throws MalformedException {
        int end = offset + length;
        int start = nextStartCode(data, offset, end);
        while (start < end) {
            int from = start + 3;
            int next = nextStartCode(data, from, end);
            int to = next;
            while (to > from && data[to - 1] == 0) {
                to--;
            }
            if (to > from) {
                visitor.onNal(data, from, to - from);
            }
            start = next;
        }
    }

    /** A length-prefixed sample as an Annex B byte stream with 4-byte start codes. */
    public static byte[] toAnnexB(byte[] sample) throws MalformedException {
        ByteWriter out = new ByteWriter(sample.length);
        forEach(sample, (data, offset, length) -> out.u32(1).bytes(data, offset, length));
        return out.toByteArray();
    }

    /** An Annex B byte stream as a length-prefixed sample. */
    public static byte[] fromAnnexB(byte[] stream) throws MalformedException {
        ByteWriter out = new ByteWriter(stream.length + 16);
        forEachAnnexB(
                stream,
                0,
                stream.length,
                (data, offset, length) -> out.u32(length).bytes(data, offset, length));
        return out.toByteArray();
    }

    /**
     * The payload of a NAL unit without the emulation prevention bytes (00 00 03 becomes 00 00; H.264 §7.4.1, H.265
     * §7.4.2). Give a short {@code length} to look at the beginning only.
     */
    public static byte[] unescape(byte[] data, int offset, int length) {
        byte[] out = new byte[length];
        int size = 0;
        int zeros = 0;
        for (int i = offset; i < offset + length; i++) {
            byte octet = data[i];
            if (zeros >= 2 && octet == 3) {
                zeros = 0;
                continue;
            }
            zeros = octet == 0 ? zeros + 1 : 0;
            out[size++] = octet;
        }
        return size == length ? out : Arrays.copyOf(out, size);
    }

    /** Index of the first 00 00 01 in [from, end), or {@code end}. */
    private static int nextStartCode(byte[] data, int from, int end) {
        for (int i = from + 2; i < end; ) {
            // The third byte decides how far to move: most bytes of a stream are above one.
            if ((data[i] & 0xfe) != 0) {
                i += 3;
            } else if (data[i] == 1 && data[i - 1] == 0 && data[i - 2] == 0) {
                return i - 2;
            } else {
                i++;
            }
        }
        return end;
    }
}
