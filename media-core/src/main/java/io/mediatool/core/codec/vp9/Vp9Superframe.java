package io.mediatool.core.codec.vp9;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.bits.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Several frames in one sample, told apart by an index at the end: VP9 bitstream specification, Annex B.
 *
 * <pre>
 * frames ... | 110 | sizeBytes-1 (2) | frames-1 (3) | size of each, little-endian | the first octet again |
 * </pre>
 */
final class Vp9Superframe {
    static final int MAX_FRAMES = 8;

    /** One frame inside a sample. */
    record Part(int offset, int length) {}

    private Vp9Superframe() {}

    /** The frames in the first {@code length} bytes of {@code data}; the whole when there is no index. */
    static List<Part> split(byte[] data, int offset, int length) {
        List<Part> whole = List.of(new Part(offset, length));
        int marker = length == 0 ? 0 : data[offset + length - 1] & 0xff;
        int frames = (marker & 7) + 1;
        int sizeBytes = (marker >> 3 & 3) + 1;
        int index = 2 + frames * sizeBytes;
        if ((marker & 0xe0) != 0xc0 || length < index || (data[offset + length - index] & 0xff) != marker) {
            return whole;
        }
        List<Part> parts = new ArrayList<>(frames);
        int at = offset + length - index + 1;
        int from = offset;
        for (int i = 0; i < frames; i++) {
            long size = 0;
            for (int octet = 0; octet < sizeBytes; octet++) {
                size |= (data[at++] & 0xffL) << (8 * octet);
            }
            if (size > offset + length - index - from) {
                return whole; // no index after all, or one that a decoder refuses too
            }
            if (size > 0) {
                parts.add(new Part(from, (int) size));
                from += (int) size;
            }
        }
        return parts.isEmpty() ? whole : parts;
    }

    /** A sample of several layer frames: all frames in them, and one index. A single one stays as it is. */
    static byte[] join(List<byte[]> layers) throws MalformedException {
        if (layers.size() == 1) {
            return layers.get(0);
        }
        ByteWriter out = new ByteWriter(4096);
        List<Integer> sizes = new ArrayList<>();
        int longest = 0;
        for (byte[] layer : layers) {
            for (Part part : split(layer, 0, layer.length)) {
                out.bytes(layer, part.offset(), part.length());
                sizes.add(part.length());
                longest = Math.max(longest, part.length());
            }
        }
        if (sizes.size() > MAX_FRAMES) {
            throw new MalformedException("vp9: more than eight frames in a picture", -1);
        }
        int sizeBytes = Math.max(1, (39 - Integer.numberOfLeadingZeros(longest)) / 8);
        int marker = 0xc0 | (sizeBytes - 1) << 3 | (sizes.size() - 1);
        out.u8(marker);
        for (int size : sizes) {
            for (int octet = 0; octet < sizeBytes; octet++) {
                out.u8(size >> (8 * octet));
            }
        }
        return out.u8(marker).toByteArray();
    }
}
