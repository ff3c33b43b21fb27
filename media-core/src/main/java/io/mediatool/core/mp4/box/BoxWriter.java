package io.mediatool.core.mp4.box;

import io.mediatool.core.bits.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds nested boxes in memory. A table that is too long for memory is left out as a hole of known length: sizes count
 * it, and whoever writes the boxes fills it in the file.
 */
public final class BoxWriter {
    private final ByteWriter bytes = new ByteWriter(1024);
    private final List<Hole> holes = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private long holeBytes;

    /** Where bytes are missing: behind the first {@code offset} bytes that are held. */
    private record Hole(int offset, long length) {}

    private record Open(int offset, long holeBytes) {}

    /** Starts a box. */
    public BoxWriter start(String type) {
        open.add(new Open(bytes.size(), holeBytes));
        bytes.u32(0);
        type(type);
        return this;
    }

    /** Starts a full box (ISO/IEC 14496-12 §4.2.2). */
    public BoxWriter start(String type, int version, int flags) {
        start(type);
        bytes.u8(version).u24(flags);
        return this;
    }

    /** Ends the box started last. */
    public BoxWriter end() {
        Open box = open.remove(open.size() - 1);
        long size = bytes.size() - box.offset + holeBytes - box.holeBytes;
        if (size > 0xffff_ffffL) {
            throw new IllegalStateException("box over 4 GiB");
        }
        bytes.setU32(box.offset, size);
        return this;
    }

    /** Four characters, one byte each. */
    public void type(String fourCc) {
        for (int i = 0; i < 4; i++) {
            bytes.u8(i < fourCc.length() ? fourCc.charAt(i) : ' ');
        }
    }

    /** The payload so far: append to it. */
    public ByteWriter out() {
        return bytes;
    }

    /** Leaves out {@code length} bytes; returns the hole's position relative to the first byte. */
    public long hole(long length) {
        long position = size();
        if (length > 0) {
            holes.add(new Hole(bytes.size(), length));
            holeBytes += length;
        }
        return position;
    }

    /** Length with holes. */
    public long size() {
        return bytes.size() + holeBytes;
    }

    /** Takes what lies between two holes. */
    public interface Output {
        void write(long position, ByteBuffer part) throws IOException;
    }

    /** Writes everything but the holes, the first byte at {@code position}. */
    public void writeTo(Output output, long position) throws IOException {
        int from = 0;
        long at = position;
        for (Hole hole : holes) {
            output.write(at, ByteBuffer.wrap(bytes.array(), from, hole.offset - from));
            at += hole.offset - from + hole.length;
            from = hole.offset;
        }
        output.write(at, ByteBuffer.wrap(bytes.array(), from, bytes.size() - from));
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    public void reset() {
        bytes.reset();
        holes.clear();
        open.clear();
        holeBytes = 0;
    }
}
