package io.mediatool.core.mp4.write;

import io.mediatool.core.bits.ByteWriter;
import io.mediatool.core.mp4.Mp4File;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One table of a {@code moov}: first only counted, then, its place being known, written there through a small buffer. */
final class TableOut {
    private static final int BUFFER_BYTES = 32 * 1024;

    private final int entryBytes;
    private final @Nullable ByteWriter buffer;
    private final @Nullable Mp4File file;
    private long position;
    private long entries;

    private TableOut(int entryBytes, @Nullable Mp4File file, long position) {
        this.entryBytes = entryBytes;
        this.file = file;
        this.position = position;
        this.buffer = file == null ? null : new ByteWriter(BUFFER_BYTES);
    }

    static TableOut counting(int entryBytes) {
        return new TableOut(entryBytes, null, 0);
    }

    static TableOut at(Mp4File file, long position, int entryBytes) {
        return new TableOut(entryBytes, file, position);
    }

    /** Entries so far. */
    long entries() {
        return entries;
    }

    /** Bytes that all entries take. */
    long bytes() {
        return entries * entryBytes;
    }

    /** Takes an entry of one field, 4 or 8 bytes wide. */
    void add(long value) throws IOException {
        entries++;
        ByteWriter out = buffer;
        if (out != null) {
            if (entryBytes == 8) {
                out.i64(value);
            } else {
                out.u32(value);
            }
            full(out);
        }
    }

    void add(long first, long second) throws IOException {
        entries++;
        ByteWriter out = buffer;
        if (out != null) {
            out.u32(first).u32(second);
            full(out);
        }
    }

    void add(long first, long second, long third) throws IOException {
        entries++;
        ByteWriter out = buffer;
        if (out != null) {
            out.u32(first).u32(second).u32(third);
            full(out);
        }
    }

    private void full(ByteWriter out) throws IOException {
        if (out.size() > BUFFER_BYTES - 16) {
            flush();
        }
    }

    void flush() throws IOException {
        Mp4File target = file;
        ByteWriter out = buffer;
        if (target != null && out != null && out.size() > 0) {
            target.write(position, ByteBuffer.wrap(out.array(), 0, out.size()));
            position += out.size();
            out.reset();
        }
    }
}
